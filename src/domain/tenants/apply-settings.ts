import { type CallsPerSpan, readCallsPerSpan } from '../../lib/collections/calls-per-span.ts'
import type { MfaPolicy, MfaRules } from '../factors/mfa-policy.ts'
import type { PasswordRules } from '../passwords/password-rules.ts'
import type { SessionLifetime, SessionRules } from '../sessions/session-policy.ts'
import type { TenantRules } from './tenant-rules.ts'
import { settingRules, type TenantSettings } from './tenant-settings.ts'

/**
 * The rules of a tenant: each setting where it is stricter, otherwise the configuration. The configuration can have become stricter than a
 * setting since it was written; then the configuration counts.
 */
export function applySettings(configured: TenantRules, settings: TenantSettings): TenantRules {
  const { emailVerification, mfa, registration, registrationDomains } = settings
  const strict = <T>(
    rule: { weakness(value: T, rules: TenantRules): string | null },
    value: T | null,
    otherwise: T,
  ): T => (value === null || rule.weakness(value, configured) !== null ? otherwise : value)
  const policy = strict(settingRules.mfa, mfa, configured.mfa.policy)
  return {
    passwords: applyToPasswords(configured.passwords, settings),
    emailVerification: strict(
      settingRules.emailVerification,
      emailVerification,
      configured.emailVerification,
    ),
    registration: {
      open: configured.registration.open && registration !== 'closed',
      domains: common(configured.registration.domains, registrationDomains),
    },
    mfa: applyToFactors(configured.mfa, policy),
    sessions: applyToSessions(configured.sessions, settings),
    sessionLimit: limitOf(configured.sessionLimit, settings),
    budgets: budgetsOf(settings),
  }
}

/**
 * Administrative actions require two factors where the tenant requires a second one of administrators, unless the configuration names a
 * level.
 */
function applyToFactors(rules: MfaRules, policy: MfaPolicy): MfaRules {
  const requiresTwo = policy === 'privileged' || policy === 'required'
  return { ...rules, policy, adminActions: rules.adminActions ?? (requiresTwo ? 'aal2' : null) }
}

function applyToPasswords(rules: PasswordRules, settings: TenantSettings): PasswordRules {
  return {
    ...rules,
    minLength: Math.max(rules.minLength, settings.passwordMinLength ?? 0),
    minScore: Math.max(rules.minScore, settings.passwordMinScore ?? 0),
    requireUppercase: rules.requireUppercase || settings.passwordRequireUppercase === true,
    requireLowercase: rules.requireLowercase || settings.passwordRequireLowercase === true,
    requireDigit: rules.requireDigit || settings.passwordRequireDigit === true,
    requireSymbol: rules.requireSymbol || settings.passwordRequireSymbol === true,
    rejectBreached: rules.rejectBreached || settings.passwordRejectBreached === true,
    historySize: Math.max(rules.historySize, settings.passwordHistorySize ?? 0),
    maxAgeDays: lowest(rules.maxAgeDays, settings.passwordMaxAgeDays),
  }
}

function applyToSessions(rules: SessionRules, settings: TenantSettings): SessionRules {
  const shorter = ({ idleSeconds, maxSeconds }: SessionLifetime): SessionLifetime => {
    const longest = Math.min(maxSeconds, settings.sessionMaxSeconds ?? maxSeconds)
    return {
      idleSeconds: Math.min(idleSeconds, settings.sessionIdleSeconds ?? idleSeconds, longest),
      maxSeconds: longest,
    }
  }
  const { standard, rememberMe, privileged } = rules
  return {
    ...rules,
    standard: shorter(standard),
    rememberMe: shorter(rememberMe),
    privileged: shorter(privileged),
  }
}

function limitOf(limit: number, { sessionLimit, singleSession }: TenantSettings): number {
  return singleSession === true ? 1 : Math.min(limit, sessionLimit ?? limit)
}

function budgetsOf({ rateLimits }: TenantSettings): TenantRules['budgets'] {
  const entries = Object.entries(rateLimits ?? {}).map(
    ([name, text]) => [name, readCallsPerSpan(text)] as const,
  )
  return Object.fromEntries(entries.filter((entry): entry is [string, CallsPerSpan] => entry[1] !== null))
}

/** The domains that both lists contain. Null: all domains. */
function common(one: readonly string[] | null, other: readonly string[] | null): readonly string[] | null {
  if (one === null || other === null) return one ?? other
  return one.filter((domain) => other.includes(domain))
}

function lowest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other)
}
