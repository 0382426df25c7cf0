import { NotFoundProblem } from '../../../domain/problems.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { User } from '../../../domain/users/user.ts'
import type { JsonObject } from '../../../lib/text/json.ts'
import type { Services } from '../../services.ts'
import { endAccess } from '../sessions/end-access.ts'
import type { AccountAction } from './account-action.ts'

export interface AccountLock extends AccountAction {
  readonly reason: string
  /** Null: until someone unlocks the account. */
  readonly until: Date | null
}

/** Locks an account inside a transaction that has locked its row, and ends its sessions. Announce the revocation after the commit. */
export async function lockAccount(deps: Pick<Services, 'audit'>, stores: Stores, change: AccountLock) {
  const { subject, until, reason, now } = change
  const user = await stores.administration.lock(subject.id, { until, reason }, now)
  if (user === null) throw new NotFoundProblem()
  const details: JsonObject = { until: until?.toISOString() ?? null, ...change.details }
  const { actorId, origin } = change
  const event = { event: 'ACCOUNT_LOCKED', revocationReason: 'ACCOUNT_LOCKED', reason, details } as const
  return endAccess(deps, stores, { user, actorId, origin, now, ...event })
}

/** Removes the lock of an administrator, and locks after wrong passwords, inside a transaction that has locked the row. */
export async function unlockAccount(
  deps: Pick<Services, 'audit'>,
  stores: Stores,
  { subject, actorId, reason, details, origin, now }: AccountAction,
): Promise<User> {
  await stores.accounts.forgetAttempts(subject.id)
  const unlocked = await stores.administration.unlock(subject.id, now)
  if (unlocked === null) throw new NotFoundProblem()
  const about = { tenantId: subject.tenantId, userId: subject.id, actorId, reason, details }
  await stores.audit.append(deps.audit.event('ACCOUNT_UNLOCKED', origin, about))
  return unlocked
}
