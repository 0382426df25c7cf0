import type { PasswordRules } from './password-rules.ts'

/** Where rules differ from NIST SP 800-63B-4, section 3.1.1.2: one sentence each, for the operator. Empty for none. */
export function policyDepartures(rules: PasswordRules): readonly string[] {
  const departures: readonly (readonly [boolean, string])[] = [
    [
      rules.minLength < 15,
      `Passwords of ${rules.minLength} characters are accepted; NIST wants 15 where a password is the only factor (8 beside a second one).`,
    ],
    [
      asksForClasses(rules),
      'Kinds of characters are demanded; NIST forbids composition rules: they make passwords guessable, not strong.',
    ],
    [
      rules.maxAgeDays !== null,
      `Passwords expire after ${rules.maxAgeDays} days; NIST forbids periodic changes without a sign of compromise.`,
    ],
    [
      !rules.rejectBreached,
      'Passwords known from breaches are accepted; NIST wants new passwords compared with a blocklist of them.',
    ],
    [rules.maxLength < 64, `Passwords end at ${rules.maxLength} characters; NIST wants at least 64 allowed.`],
  ]
  return departures.filter(([departs]) => departs).map(([, sentence]) => sentence)
}

function asksForClasses(rules: PasswordRules): boolean {
  const { requireUppercase, requireLowercase, requireDigit, requireSymbol } = rules
  return requireUppercase || requireLowercase || requireDigit || requireSymbol
}
