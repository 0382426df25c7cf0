import { type MfaRules, requiresFactor } from '../../../domain/factors/mfa-policy.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import { NotFoundProblem } from '../../../domain/problems.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { User } from '../../../domain/users/user.ts'
import type { Services } from '../../services.ts'
import { post } from '../mails/post-mail.ts'
import { signOut } from '../sessions/sign-out.ts'

export interface FactorReset {
  readonly subject: User
  /** The rules of the tenant. */
  readonly mfa: Pick<MfaRules, 'policy'>
  /** The administrator; null: an operator, on the command line. */
  readonly actorId: string | null
  readonly reason: string
  readonly origin: Origin
  readonly now: Date
}

/**
 * Removes all second factors, recovery codes, remembered devices and sessions of a user, inside a transaction that has
 * locked the account, and mails the user. Links in earlier mails that would restore a factor are void.
 */
export async function resetFactors(
  deps: Pick<Services, 'mails' | 'audit'>,
  stores: Stores,
  { subject, mfa, actorId, reason, origin, now }: FactorReset,
) {
  const removed = await stores.factorChanges.removeAll(subject.id, now)
  const enrolBy = requiresFactor(mfa, subject.role) ? now : null
  const user = await stores.administration.resetFactors(subject.id, enrolBy, now)
  if (user === null) throw new NotFoundProblem()
  await stores.oneTimeTokens.voidAll(user.id, ['UNDO_FACTOR_CHANGE'], now)
  const about = { tenantId: user.tenantId, userId: user.id, actorId, reason }
  await stores.audit.append(deps.audit.event('FACTORS_RESET', origin, { ...about, details: { removed } }))
  await post(stores, deps.mails(origin).factors.reset(user))
  const ended = await signOut(stores, {
    userId: user.id,
    tokenVersion: user.tokenVersion,
    exceptSessionId: null,
    revokedBy: actorId,
    reason: 'FACTORS_RESET',
    audit: deps.audit.event('SESSION_REVOKED', origin, { ...about, reason: 'FACTORS_RESET' }),
    now,
  })
  return { ...ended, user, removed }
}
