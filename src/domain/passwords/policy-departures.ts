import type { PasswordRules } from './password-rules.ts'

/** Differences between the rules and NIST SP 800-63B-4, section 3.1.1.2, as sentences for the operator. */
export function policyDepartures(rules: PasswordRules): readonly string[] {
  const departures: readonly (readonly [boolean, string])[] = [
    [
      rules.minLength < 15,
      `Passwords of ${rules.minLength} characters are accepted; NIST requires 15 if the password is the only factor (8 with a second factor).`,
    ],
    [
      requiresKinds(rules),
      'Kinds of characters are required; NIST forbids composition rules, because they make passwords easier to guess.',
    ],
    [
      rules.maxAgeDays !== null,
      `Passwords expire after ${rules.maxAgeDays} days; NIST forbids periodic changes without evidence of compromise.`,
    ],
    [
      !rules.rejectBreached,
      'Passwords known from breaches are accepted; NIST requires new passwords to be compared with a blocklist.',
    ],
    [
      rules.maxLength < 64,
      `Passwords have at most ${rules.maxLength} characters; NIST requires that at least 64 are allowed.`,
    ],
  ]
  return departures.filter(([departs]) => departs).map(([, sentence]) => sentence)
}

function requiresKinds(rules: PasswordRules): boolean {
  const { requireUppercase, requireLowercase, requireDigit, requireSymbol } = rules
  return requireUppercase || requireLowercase || requireDigit || requireSymbol
}
