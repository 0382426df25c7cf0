import type { JsonValue } from '../../lib/json.ts'

/** Lower bound of `minLength` (NIST SP 800-63B-4, 3.1.1.2: at least 8 characters if a second factor is used). */
export const lowestMinLength = 8
/** Upper bound of `maxLength`, so that the cost of scoring and hashing is bounded. */
export const maxPasswordLength = 128
/** Lower bound of `maxLength` (NIST SP 800-63B-4, 3.1.1.2: passwords of 64 characters must be allowed). */
const lowestMaxLength = 64
const maxHistorySize = 24
const highestMaxAgeDays = 3650

/** Requirements on new passwords. Lengths are counted in code points, not in UTF-16 code units. */
export interface PasswordRules {
  readonly minLength: number
  readonly maxLength: number
  readonly requireUppercase: boolean
  readonly requireLowercase: boolean
  readonly requireDigit: boolean
  readonly requireSymbol: boolean
  /** Minimum score of zxcvbn, 0 (no requirement) to 4. */
  readonly minScore: number
  readonly rejectBreached: boolean
  /** Number of recent passwords, including the present one, that cannot be used again; 0 allows all. */
  readonly historySize: number
  /** Days after which a password expires; null if passwords do not expire. */
  readonly maxAgeDays: number | null
}

export const passwordPolicies = ['classic', 'nist'] as const
export type PasswordPolicyName = (typeof passwordPolicies)[number]

/** The rules of each policy. Configuration can override them; it always sets `rejectBreached`. */
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

/** The valid values of each rule. */
const valid: Readonly<Record<RuleName, (value: JsonValue) => boolean>> = {
  minLength: whole(lowestMinLength, lowestMaxLength),
  maxLength: whole(lowestMaxLength, maxPasswordLength),
  requireUppercase: flag,
  requireLowercase: flag,
  requireDigit: flag,
  requireSymbol: flag,
  minScore: whole(0, 4),
  rejectBreached: flag,
  historySize: whole(0, maxHistorySize),
  maxAgeDays: (value) => value === null || whole(1, highestMaxAgeDays)(value),
}

/** Applies the overrides of a tenant. Rules that are unknown or out of bounds are ignored; their names are returned. */
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
