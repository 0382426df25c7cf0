import type { MfaRules } from '../factors/mfa-policy.ts'
import type { PasswordRules } from '../passwords/password-rules.ts'
import type { TenantBudgets } from '../rate-limits/limits.ts'
import type { SessionRules } from '../sessions/session-policy.ts'
import type { EmailVerification } from '../users/email-verification.ts'

/** Who can create an account. */
export interface RegistrationRules {
  readonly open: boolean
  /** Domains of the addresses that accounts can have, as A-labels in lower case. Null: all; empty: none. */
  readonly domains: readonly string[] | null
}

/** The rules that apply to the accounts of a tenant: those of the configuration, or stricter ones of the tenant. */
export interface TenantRules {
  readonly passwords: PasswordRules
  readonly emailVerification: EmailVerification
  readonly registration: RegistrationRules
  readonly mfa: MfaRules
  readonly sessions: SessionRules
  /** Maximum number of active sessions of a user, at least 1. */
  readonly sessionLimit: number
  /** Budgets in addition to those of the configuration. */
  readonly budgets: TenantBudgets
}
