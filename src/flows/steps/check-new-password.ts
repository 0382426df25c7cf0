import type { PasswordPolicyService } from '../../domain/passwords/password-policy-service.ts'
import type { PasswordRules } from '../../domain/passwords/password-rules.ts'
import type { PersonalFacts } from '../../domain/passwords/personal-words.ts'
import { PasswordReusedProblem, WeakPasswordProblem } from '../../domain/problems.ts'
import type { Tenant } from '../../domain/tenants/tenant.ts'
import type { User } from '../../domain/users/user.ts'
import type { JsonObject } from '../../lib/json.ts'
import type { Services } from '../services.ts'

/** A new password that the policy of its tenant accepts. */
export interface AcceptedPassword {
  /** Details for the audit event of the change: `breachCheck: 'skipped'` if the breach list was unavailable. */
  readonly auditDetails: JsonObject
  /** Number of earlier passwords that the account keeps once it has this one. */
  readonly keepEarlier: number
}

/** Accepts a normalised password as the account's next one. @throws WeakPasswordProblem, PasswordReusedProblem */
export type CheckNewPassword = (user: User, password: string) => Promise<AcceptedPassword>

export type CheckNewPasswordDeps = Pick<Services, 'tenants' | 'passwordPolicy' | 'passwordHistory' | 'hasher'>

export function createCheckNewPassword(deps: CheckNewPasswordDeps): CheckNewPassword {
  return async function checkNewPassword(user, password) {
    const tenant = await deps.tenants.findById(user.tenantId)
    if (tenant === null) throw new Error('The tenant of a user does not exist.')
    const accepted = await acceptPassword(deps.passwordPolicy, tenant, password, user)
    const { historySize } = deps.passwordPolicy.rulesOf(tenant)
    if (await isReused(deps, user.id, password, historySize)) throw new PasswordReusedProblem(historySize)
    return accepted
  }
}

/** Sequential on purpose: one user must not occupy the hash pool with several comparisons at once. */
async function isReused(
  deps: CheckNewPasswordDeps,
  userId: string,
  password: string,
  historySize: number,
): Promise<boolean> {
  if (historySize === 0) return false
  for (const earlier of await deps.passwordHistory.listRecent(userId, historySize)) {
    if (await deps.hasher.verify(password, earlier)) return true
  }
  return false
}

/** Accepts the first password of an account, which has no history. @throws WeakPasswordProblem */
export async function acceptPassword(
  policy: PasswordPolicyService,
  tenant: Tenant,
  password: string,
  facts: PersonalFacts,
): Promise<AcceptedPassword> {
  const rules: PasswordRules = policy.rulesOf(tenant)
  const verdict = await policy.judge(password, rules, facts, 'set')
  if (!verdict.acceptable) throw new WeakPasswordProblem(verdict)
  const skipped = rules.rejectBreached && verdict.breached === null
  return {
    auditDetails: skipped ? { breachCheck: 'skipped' } : {},
    keepEarlier: Math.max(0, rules.historySize - 1),
  }
}
