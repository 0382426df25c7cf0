import type { Origin } from '../../domain/origin/origin.ts'
import { AccountDisabledProblem, AccountLockedProblem, type Problem } from '../../domain/problems.ts'
import type { TenantRules } from '../../domain/tenants/tenant-rules.ts'
import { isLocked, type User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { EmailUnverified } from './login-answer.ts'

export type RecordFailureDeps = Pick<FlowDeps, 'audit' | 'auditSink'>

export type CheckAccountDeps = RecordFailureDeps & Pick<FlowDeps, 'clock'>

/** @throws AccountLockedProblem (lock by an administrator), AccountDisabledProblem */
export async function assertUsable(deps: CheckAccountDeps, user: User, origin: Origin): Promise<void> {
  const now = deps.clock.now()
  if (isLocked(user, now)) {
    const lock = { by: 'ADMINISTRATOR', unlocksAt: user.lockedUntil } as const
    return refuse(deps, new AccountLockedProblem(lock, now), user, origin)
  }
  if (!user.active) return refuse(deps, new AccountDisabledProblem(), user, origin)
}

/** The answer to the owner of an address that must be verified and is not; null if nothing is missing. */
export async function findUnverified(
  deps: CheckAccountDeps,
  user: User,
  { emailVerification }: Pick<TenantRules, 'emailVerification'>,
  origin: Origin,
): Promise<EmailUnverified | null> {
  if (emailVerification !== 'required' || user.emailVerifiedAt !== null) return null
  await recordLoginFailure(deps, 'EMAIL_NOT_VERIFIED', user, origin)
  return { kind: 'EMAIL_VERIFICATION_REQUIRED', email: user.email }
}

/** Writes the audit event of a login that fails although the password is correct. */
export async function recordLoginFailure(
  { audit, auditSink }: RecordFailureDeps,
  reason: string,
  { tenantId, id: userId }: User,
  origin: Origin,
): Promise<void> {
  await auditSink.append(audit.event('LOGIN_FAILED', origin, { tenantId, userId, reason }))
}

/** Records the failure and throws the problem. */
export async function refuse(
  deps: RecordFailureDeps,
  problem: Problem,
  user: User,
  origin: Origin,
): Promise<never> {
  await recordLoginFailure(deps, problem.code, user, origin)
  throw problem
}
