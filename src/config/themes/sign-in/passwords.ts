import type { PasswordPolicyName, PasswordRules } from '../../../domain/passwords/password-rules.ts'
import type { EnvReader } from '../../env-reader.ts'
import { flag, oneOf } from '../../rules/choice-rules.ts'
import { integer } from '../../rules/number-rules.ts'
import type { Rule } from '../../rules/rule.ts'
import type { VariableName, Variables } from '../../variable.ts'
import type { BreachConfig } from './breaches.ts'

export const passwordVariables = {
  PASSWORD_POLICY: {
    default: 'classic',
    description:
      '`classic` (8 characters, upper case, lower case, digit and symbol, none of the last 5) or `nist` (NIST SP 800-63B-4: 15 characters, no composition rules, no history); `docs/passwords.md` compares them. The following variables override single rules of the policy.',
  },
  PASSWORD_MIN_LENGTH: {
    unset: '8; 15 with `nist`',
    unit: 'characters',
    description: 'Minimum length of a password, 8 to 64. The maximum length is 128.',
  },
  PASSWORD_REQUIRE_UPPERCASE: {
    unset: 'on; off with `nist`',
    description: 'Requires an upper-case letter.',
  },
  PASSWORD_REQUIRE_LOWERCASE: {
    unset: 'on; off with `nist`',
    description: 'Requires a lower-case letter.',
  },
  PASSWORD_REQUIRE_DIGIT: { unset: 'on; off with `nist`', description: 'Requires a digit.' },
  PASSWORD_REQUIRE_SYMBOL: {
    unset: 'on; off with `nist`',
    description: 'Requires a character that is neither letter nor digit.',
  },
  PASSWORD_MIN_SCORE: { unset: '2', description: 'Minimum zxcvbn score, 0 (any password) to 4.' },
  PASSWORD_HISTORY: {
    unset: '5; 0 with `nist`',
    unit: 'passwords',
    description:
      'Number of last passwords, including the current one, that a new password must differ from, 0 to 24.',
  },
  PASSWORD_MAX_AGE_DAYS: {
    unset: 'never',
    unit: 'days',
    description: 'Age at which a password must be changed, 1 to 3650.',
  },
  PASSWORD_REMIND_DAYS: {
    default: '7',
    unit: 'days',
    description: 'How long before that date a reminder is mailed, 0 to 365; 0 disables the reminder.',
  },
} as const satisfies Variables

export interface PasswordConfig {
  readonly policy: PasswordPolicyName
  /** What overrides the policy. `rejectBreached` is always set. */
  readonly overrides: Partial<PasswordRules>
  /** How many days before a password expires a mail reminds its owner; 0: no mail. */
  readonly remindDays: number
  /** `null`: breaches are not checked. */
  readonly breaches: BreachConfig | null
}

export function readPasswords(
  reader: EnvReader<typeof passwordVariables>,
  breaches: BreachConfig | null,
): PasswordConfig {
  const read = <T>(name: VariableName<typeof passwordVariables>, rule: Rule<T>): T | null =>
    reader.read(name, rule, null)
  const rules = {
    minLength: read('PASSWORD_MIN_LENGTH', integer(8, 64)),
    requireUppercase: read('PASSWORD_REQUIRE_UPPERCASE', flag),
    requireLowercase: read('PASSWORD_REQUIRE_LOWERCASE', flag),
    requireDigit: read('PASSWORD_REQUIRE_DIGIT', flag),
    requireSymbol: read('PASSWORD_REQUIRE_SYMBOL', flag),
    minScore: read('PASSWORD_MIN_SCORE', integer(0, 4)),
    historySize: read('PASSWORD_HISTORY', integer(0, 24)),
    maxAgeDays: read('PASSWORD_MAX_AGE_DAYS', integer(1, 3650)),
    rejectBreached: breaches !== null,
  }
  return {
    policy: reader.readOrDefault('PASSWORD_POLICY', oneOf('classic', 'nist')),
    overrides: Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== null)),
    remindDays: reader.readOrDefault('PASSWORD_REMIND_DAYS', integer(0, 365)),
    breaches,
  }
}
