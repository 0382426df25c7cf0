import { isObject } from '../../lib/text/json.ts'
import type { MfaPolicy } from '../factors/mfa-policy.ts'
import type { SessionLifetime, SessionRules } from '../sessions/session-policy.ts'
import type { EmailVerification } from '../users/email-verification.ts'
import { budgetsRule, domainsRule } from './setting-lists.ts'
import { atLeast, atMost, onlyTrue, type SettingRule, upwards } from './setting-rule.ts'

const longestMinLength = 64
const maxHistorySize = 24
const highestMaxAgeDays = 3650
const maxSessions = 1000
const longestSessionSeconds = 34_560_000

const verificationLevels = ['off', 'optional', 'required'] as const satisfies readonly EmailVerification[]
const mfaLevels = ['off', 'optional', 'privileged', 'required'] as const satisfies readonly MfaPolicy[]

/** Every setting of a tenant by its name in the API. */
export const settingRules = {
  passwordMinLength: atLeast(1, longestMinLength, ({ passwords }) => passwords.minLength),
  passwordMinScore: atLeast(0, 4, ({ passwords }) => passwords.minScore),
  passwordRequireUppercase: onlyTrue,
  passwordRequireLowercase: onlyTrue,
  passwordRequireDigit: onlyTrue,
  passwordRequireSymbol: onlyTrue,
  passwordRejectBreached: onlyTrue,
  passwordHistorySize: atLeast(0, maxHistorySize, ({ passwords }) => passwords.historySize),
  passwordMaxAgeDays: atMost(1, highestMaxAgeDays, ({ passwords }) => passwords.maxAgeDays),
  emailVerification: upwards(verificationLevels, (rules) => rules.emailVerification),
  registration: upwards(['open', 'closed'] as const, (rules) =>
    rules.registration.open ? 'open' : 'closed',
  ),
  registrationDomains: domainsRule,
  mfa: upwards(mfaLevels, (rules) => rules.mfa.policy),
  sessionLimit: atMost(1, maxSessions, (rules) => rules.sessionLimit),
  sessionIdleSeconds: atMost(60, longestSessionSeconds, ({ sessions }) => longestOf(sessions, 'idleSeconds')),
  sessionMaxSeconds: atMost(60, longestSessionSeconds, ({ sessions }) => longestOf(sessions, 'maxSeconds')),
  singleSession: onlyTrue,
  rateLimits: budgetsRule,
} as const

type SettingRules = typeof settingRules
export type SettingName = keyof SettingRules

/** What a tenant sets otherwise than the configuration. Null: as configured. */
export type TenantSettings = {
  readonly [Name in SettingName]: SettingRules[Name] extends SettingRule<infer Value> ? Value | null : never
}

/** The settings as stored. A value that this version does not know counts as the strictest one, and an entry of a list as absent. */
export function readSettings(stored: unknown): TenantSettings {
  const values = isObject(stored) ? stored : {}
  const read = <T>(name: SettingName, rule: SettingRule<T>): T | null => {
    const value = values[name] ?? null
    return value === null ? null : (rule.read(value) ?? rule.strictest(value))
  }
  const rules = settingRules
  return {
    passwordMinLength: read('passwordMinLength', rules.passwordMinLength),
    passwordMinScore: read('passwordMinScore', rules.passwordMinScore),
    passwordRequireUppercase: read('passwordRequireUppercase', rules.passwordRequireUppercase),
    passwordRequireLowercase: read('passwordRequireLowercase', rules.passwordRequireLowercase),
    passwordRequireDigit: read('passwordRequireDigit', rules.passwordRequireDigit),
    passwordRequireSymbol: read('passwordRequireSymbol', rules.passwordRequireSymbol),
    passwordRejectBreached: read('passwordRejectBreached', rules.passwordRejectBreached),
    passwordHistorySize: read('passwordHistorySize', rules.passwordHistorySize),
    passwordMaxAgeDays: read('passwordMaxAgeDays', rules.passwordMaxAgeDays),
    emailVerification: read('emailVerification', rules.emailVerification),
    registration: read('registration', rules.registration),
    registrationDomains: read('registrationDomains', rules.registrationDomains),
    mfa: read('mfa', rules.mfa),
    sessionLimit: read('sessionLimit', rules.sessionLimit),
    sessionIdleSeconds: read('sessionIdleSeconds', rules.sessionIdleSeconds),
    sessionMaxSeconds: read('sessionMaxSeconds', rules.sessionMaxSeconds),
    singleSession: read('singleSession', rules.singleSession),
    rateLimits: read('rateLimits', rules.rateLimits),
  }
}

function longestOf(rules: SessionRules, bound: keyof SessionLifetime): number {
  return Math.max(rules.standard[bound], rules.rememberMe[bound], rules.privileged[bound])
}
