import type { PasswordPolicyService } from '../../../domain/passwords/password-policy-service.ts'
import type { PasswordRules } from '../../../domain/passwords/password-rules.ts'
import type { PersonalFacts } from '../../../domain/passwords/personal-words.ts'
import { PasswordReusedProblem, WeakPasswordProblem } from '../../../domain/problems.ts'
import type { User } from '../../../domain/users/user.ts'
import type { JsonObject } from '../../../lib/text/json.ts'
import type { Deadline } from '../../../lib/time/deadline.ts'
import type { Services } from '../../services.ts'

/** A new password that the policy of its tenant accepts. */
export interface AcceptedPassword {
  /** Details for the audit event of the change: `breachCheck: 'skipped'` if the breach list was unavailable. */
  readonly auditDetails: JsonObject
  /** Number of earlier passwords that the account keeps once it has this one. */
  readonly keepEarlier: number
}

/**
 * Accepts a normalised password as the account's next one. All comparisons share the deadline.
 * @throws WeakPasswordProblem, PasswordReusedProblem, UnavailableError
 */
export type CheckNewPassword = (user: User, password: string, deadline: Deadline) => Promise<AcceptedPassword>

export type CheckNewPasswordDeps = Pick<Services, 'tenants' | 'passwordPolicy' | 'passwordHistory' | 'hasher'>

export function createCheckNewPassword(deps: CheckNewPasswordDeps): CheckNewPassword {
  return async function checkNewPassword(user, password, deadline) {
    const { passwords } = await deps.tenants.rulesOf(user.tenantId)
    const accepted = await acceptPassword(deps.passwordPolicy, passwords, password, user)
    const { historySize } = passwords
    if (await isReused(deps, { userId: user.id, password, historySize, deadline }))
      throw new PasswordReusedProblem(historySize)
    return accepted
  }
}

/** Sequential on purpose: one user must not occupy the hash pool with several comparisons at once. */
async function isReused(
  deps: CheckNewPasswordDeps,
  candidate: { userId: string; password: string; historySize: number; deadline: Deadline },
): Promise<boolean> {
  const { userId, password, historySize, deadline } = candidate
  if (historySize === 0) return false
  for (const earlier of await deps.passwordHistory.listRecent(userId, historySize)) {
    if (await deps.hasher.verify(password, earlier, deadline)) return true
  }
  return false
}

/** Accepts the first password of an account, which has no history. @throws WeakPasswordProblem */
export async function acceptPassword(
  policy: PasswordPolicyService,
  rules: PasswordRules,
  password: string,
  facts: PersonalFacts,
): Promise<AcceptedPassword> {
  const verdict = await policy.judge(password, rules, facts, 'set')
  if (!verdict.acceptable) throw new WeakPasswordProblem(verdict)
  const skipped = rules.rejectBreached && verdict.breached === null
  return {
    auditDetails: skipped ? { breachCheck: 'skipped' } : {},
    keepEarlier: Math.max(0, rules.historySize - 1),
  }
}
