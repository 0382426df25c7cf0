import type { Config } from '../config/config.ts'
import { passwordPresets } from '../domain/passwords/password-rules.ts'
import type { TenantRules } from '../domain/tenants/tenant-rules.ts'

/** The rules of the configuration, which apply to tenants without stricter ones. */
export function configuredRules({
  passwords,
  emailVerification,
  factors,
  sessions,
  protection,
}: Pick<Config, 'passwords' | 'emailVerification' | 'factors' | 'sessions' | 'protection'>): TenantRules {
  return {
    passwords: { ...passwordPresets[passwords.policy], ...passwords.overrides },
    emailVerification,
    registration: { open: true, domains: null },
    mfa: factors,
    sessions,
    sessionLimit: protection.sessions.limit,
    budgets: {},
  }
}
