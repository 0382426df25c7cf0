import type { PasswordPolicyService } from '../../domain/passwords/password-policy-service.ts'
import type { PasswordRules } from '../../domain/passwords/password-rules.ts'
import type { PersonalFacts } from '../../domain/passwords/personal-words.ts'
import { PasswordReusedProblem, WeakPasswordProblem } from '../../domain/problems.ts'
import type { Tenant } from '../../domain/tenants/tenant.ts'
import type { User } from '../../domain/users/user.ts'
import type { JsonObject } from '../../lib/json.ts'
import type { Services } from '../services.ts'

/** A password that its tenant's policy accepts. */
export interface AcceptedPassword {
  /** What the audit event of the change has to tell: `breachCheck: 'skipped'` when the list could not be asked. */
  readonly auditDetails: JsonObject
  /** How many earlier passwords the account is to remember once it has this one. */
  readonly keepEarlier: number
}

/**
 * Whether a normalised password may be the account's next one.
 * @throws WeakPasswordProblem, PasswordReusedProblem
 */
export type CheckNewPassword = (user: User, password: string) => Promise<AcceptedPassword>

export type CheckNewPasswordDeps = Pick<Services, 'tenants' | 'passwordPolicy' | 'passwordHistory' | 'hasher'>

export function createCheckNewPassword(deps: CheckNewPasswordDeps): CheckNewPassword {
  /** One after the other: a person who waits for five hashes is no reason to let others wait. */
  async function isReused(userId: string, password: string, historySize: number): Promise<boolean> {
    if (historySize === 0) return false
    for (const earlier of await deps.passwordHistory.listRecent(userId, historySize)) {
      if (await deps.hasher.verify(password, earlier)) return true
    }
    return false
  }

  return async (user, password) => {
    const tenant = await deps.tenants.findById(user.tenantId)
    if (tenant === null) throw new Error('The tenant of a user is not there.')
    const accepted = await acceptPassword(deps.passwordPolicy, tenant, password, user)
    const { historySize } = deps.passwordPolicy.rulesOf(tenant)
    if (await isReused(user.id, password, historySize)) throw new PasswordReusedProblem(historySize)
    return accepted
  }
}

/** The same for the first password of an account. @throws WeakPasswordProblem */
export async function acceptPassword(
  policy: PasswordPolicyService,
  tenant: Tenant,
  password: string,
  facts: PersonalFacts,
): Promise<AcceptedPassword> {
  const rules: PasswordRules = policy.rulesOf(tenant)
  const verdict = await policy.judge(password, rules, facts)
  if (!verdict.acceptable) throw new WeakPasswordProblem(verdict)
  const skipped = rules.rejectBreached && verdict.breached === null
  return {
    auditDetails: skipped ? { breachCheck: 'skipped' } : {},
    keepEarlier: Math.max(0, rules.historySize - 1),
  }
}
