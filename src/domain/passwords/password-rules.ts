import type { JsonValue } from '../../lib/json.ts'

/** No rule asks for less (NIST SP 800-63B-4, 3.1.1.2: at least 8 where a second factor is used). */
export const lowestMinLength = 8
/** No password is longer: what is scored and hashed has a bound. */
export const maxPasswordLength = 128
/** NIST SP 800-63B-4, 3.1.1.2: a password of 64 characters is to be allowed. */
const lowestMaxLength = 64
const maxHistory = 24
const highestMaxAgeDays = 3650

/** What a tenant asks of new passwords. Lengths count code points: a person counts characters, not UTF-16 units. */
export interface PasswordRules {
  readonly minLength: number
  readonly maxLength: number
  readonly requireUppercase: boolean
  readonly requireLowercase: boolean
  readonly requireDigit: boolean
  readonly requireSymbol: boolean
  /** 0 (anything) to 4, of zxcvbn. */
  readonly minScore: number
  readonly rejectBreached: boolean
  /** A new password is none of the last so many, the present one included; 0 = it may be any of them. */
  readonly historySize: number
  /** Null: passwords do not expire. */
  readonly maxAgeDays: number | null
}

export const passwordPolicies = ['classic', 'nist'] as const
export type PasswordPolicyName = (typeof passwordPolicies)[number]

/** The policies to begin with. What they ask of breaches is the configuration's to say. */
export const passwordPresets: Readonly<Record<PasswordPolicyName, PasswordRules>> = {
  classic: {
    minLength: 8,
    maxLength: maxPasswordLength,
    requireUppercase: true,
    requireLowercase: true,
    requireDigit: true,
    requireSymbol: true,
    minScore: 2,
    rejectBreached: true,
    historySize: 5,
    maxAgeDays: null,
  },
  /** NIST SP 800-63B-4, 3.1.1.2: length, a blocklist, no composition rules, no periodic change. */
  nist: {
    minLength: 15,
    maxLength: maxPasswordLength,
    requireUppercase: false,
    requireLowercase: false,
    requireDigit: false,
    requireSymbol: false,
    minScore: 2,
    rejectBreached: true,
    historySize: 0,
    maxAgeDays: null,
  },
}

type RuleName = keyof PasswordRules

const whole = (min: number, max: number) => (value: JsonValue) =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
const flag = (value: JsonValue) => typeof value === 'boolean'

/** What each rule may be. */
const valid: Readonly<Record<RuleName, (value: JsonValue) => boolean>> = {
  minLength: whole(lowestMinLength, lowestMaxLength),
  maxLength: whole(lowestMaxLength, maxPasswordLength),
  requireUppercase: flag,
  requireLowercase: flag,
  requireDigit: flag,
  requireSymbol: flag,
  minScore: whole(0, 4),
  rejectBreached: flag,
  historySize: whole(0, maxHistory),
  maxAgeDays: (value) => value === null || whole(1, highestMaxAgeDays)(value),
}

/** The rules with a tenant's own on top. A rule that is unknown or out of bounds is left as it was, and named. */
export function overrideRules(
  rules: PasswordRules,
  overrides: JsonValue,
): { readonly rules: PasswordRules; readonly ignored: readonly string[] } {
  if (overrides === null) return { rules, ignored: [] }
  if (typeof overrides !== 'object' || Array.isArray(overrides)) return { rules, ignored: ['*'] }
  const entries = Object.entries(overrides)
  const good = entries.filter(([name, value]) => isRuleName(name) && valid[name](value))
  const ignored = entries.map(([name]) => name).filter((name) => !good.some(([known]) => known === name))
  return { rules: { ...rules, ...Object.fromEntries(good) }, ignored }
}

function isRuleName(name: string): name is RuleName {
  return Object.hasOwn(valid, name)
}
