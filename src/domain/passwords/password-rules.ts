/** Lower bound of `minLength` (NIST SP 800-63B-4, 3.1.1.2: at least 8 characters if a second factor is used). */
export const lowestMinLength = 8
/** Upper bound of `maxLength`, so that the cost of scoring and hashing is bounded. */
export const maxPasswordLength = 128
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
