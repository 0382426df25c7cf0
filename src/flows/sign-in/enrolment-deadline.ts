import { type EnrolmentVerdict, judgeEnrolment, type MfaRules } from '../../domain/factors/mfa-policy.ts'
import { hasSecondFactor } from '../../domain/factors/second-step-policy.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { rememberedUntil } from '../../domain/tokens/revocation.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import type { LoginCandidate } from '../../domain/users/user-store.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { attemptRevocation } from '../steps/sessions/attempt-revocation.ts'

export type EnrolmentDeadlineDeps = Pick<FlowDeps, 'transaction' | 'revocations' | 'audit' | 'clock'>

/** A deadline that a sign-in has set or removed. */
interface NewDeadline {
  readonly user: User
  readonly enrolBy: Date | null
  readonly origin: Origin
  readonly now: Date
}

/**
 * What the policy requires of a login with the right password. A new deadline is stored with the account, and the sessions
 * that it has end then. Writes nothing if the deadline is known.
 */
export async function applyEnrolmentPolicy(
  deps: EnrolmentDeadlineDeps,
  { user, factors }: LoginCandidate,
  mfa: MfaRules,
  origin: Origin,
): Promise<EnrolmentVerdict> {
  const now = deps.clock.now()
  const { enrolBy: stored } = factors
  const account = { role: user.role, hasSecondFactor: hasSecondFactor(factors), enrolBy: stored }
  const verdict = judgeEnrolment(mfa, account, now)
  const { enrolBy } = verdict
  if (enrolBy?.getTime() === stored?.getTime()) return verdict
  const work = deps.transaction((stores) => storeDeadline(deps, stores, { user, enrolBy, origin, now }))
  const ended = await attemptRevocation(deps, work)
  const expiresAt = rememberedUntil(now)
  deps.revocations.announce(ended.map((sessionId) => ({ kind: 'SESSION', sessionId, expiresAt })))
  return verdict
}

/** Returns the sessions that have ended. If the deadline is now, their access tokens are revoked as well. */
async function storeDeadline(
  { audit }: EnrolmentDeadlineDeps,
  stores: Stores,
  { user: { id: userId, tenantId }, enrolBy, origin, now }: NewDeadline,
): Promise<readonly string[]> {
  await stores.accounts.lock(userId, null)
  await stores.accounts.setEnrolBy(userId, enrolBy)
  if (enrolBy === null) return []
  if (enrolBy > now) {
    await stores.sessions.endBy(userId, enrolBy)
    return []
  }
  const reason = 'FACTOR_REQUIRED'
  const event = audit.event('SESSION_REVOKED', origin, { tenantId, userId, reason })
  const ending = { now, revokedBy: null, reason, rememberUntil: rememberedUntil(now), audit: event } as const
  return stores.sessions.revokeAll({ userId, exceptSessionId: null }, ending)
}
