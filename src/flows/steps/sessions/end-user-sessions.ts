import { NotFoundProblem } from '../../../domain/problems.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { Services } from '../../services.ts'
import type { AccountAction } from '../access/account-action.ts'
import { endApiKeys } from './end-api-keys.ts'
import { signOut } from './sign-out.ts'

/**
 * Ends every session and API key of a user, inside a transaction that has locked the account. The audit event is written even
 * if no session was live. Announce the revocation after the commit.
 */
export async function endUserSessions(
  deps: Pick<Services, 'audit'>,
  stores: Stores,
  { subject, actorId, reason, details, origin, now }: AccountAction & { readonly reason: string },
) {
  const { id: userId, tenantId } = subject
  const tokenVersion = await stores.accounts.raiseTokenVersion(userId, now)
  if (tokenVersion === null) throw new NotFoundProblem()
  await endApiKeys(deps, stores, { owner: subject, actorId, reason, details, origin, now })
  const audit = deps.audit.event('SESSION_REVOKED', origin, { tenantId, userId, actorId, reason, details })
  const ended = await signOut(stores, {
    userId,
    tokenVersion,
    exceptSessionId: null,
    revokedBy: actorId,
    reason: 'REVOKED_BY_ADMINISTRATOR',
    audit,
    now,
  })
  if (ended.revokedSessions === 0)
    await stores.audit.append({ ...audit, details: { ...audit.details, revokedSessions: 0 } })
  return ended
}
