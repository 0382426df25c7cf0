import type { Variable } from './env.ts'

/** The variables of what a good password is. */
export const passwordVariables = {
  PASSWORD_POLICY: {
    default: 'classic',
    sentence:
      '`classic` (8 characters, upper case, lower case, digit and symbol, none of the last 5) or `nist` (NIST SP 800-63B-4: 15 characters, no composition rules, no history); `docs/passwords.md` compares them. The following change single rules of it.',
  },
  PASSWORD_MIN_LENGTH: {
    unset: '8; 15 with `nist`',
    unit: 'characters',
    sentence: 'Shortest password, 8 to 64; the longest has 128.',
  },
  PASSWORD_REQUIRE_UPPERCASE: { unset: 'on; off with `nist`', sentence: 'Wants an upper-case letter.' },
  PASSWORD_REQUIRE_LOWERCASE: { unset: 'on; off with `nist`', sentence: 'Wants a lower-case letter.' },
  PASSWORD_REQUIRE_DIGIT: { unset: 'on; off with `nist`', sentence: 'Wants a digit.' },
  PASSWORD_REQUIRE_SYMBOL: {
    unset: 'on; off with `nist`',
    sentence: 'Wants something that is neither letter nor digit.',
  },
  PASSWORD_MIN_SCORE: { unset: '2', sentence: 'Lowest zxcvbn score, 0 (anything) to 4.' },
  PASSWORD_HISTORY: {
    unset: '5; 0 with `nist`',
    unit: 'passwords',
    sentence: 'A new password is none of the last so many, the present one included; 0 to 24.',
  },
  PASSWORD_MAX_AGE_DAYS: {
    unset: 'never',
    unit: 'days',
    sentence: 'When a password has to be changed, 1 to 3650.',
  },
  PASSWORD_REMIND_DAYS: {
    default: '7',
    unit: 'days',
    sentence: 'How long before that a mail says so; 0 for none.',
  },
  BREACH_CHECK: {
    unset: 'on in production, or with `BREACH_LIST_FILE`',
    sentence:
      'Refuses passwords that are known from breaches. Only the first 5 of 40 digits of their SHA-1 leave the process; where the list does not answer within a second, the password is accepted and the audit event says so.',
  },
  BREACH_API_URL: {
    default: 'https://api.pwnedpasswords.com',
    sentence: 'Where the range API of Have I Been Pwned, or of a mirror, is; https in production.',
  },
  BREACH_LIST_FILE: {
    unset: 'none',
    sentence: 'A file of `SHA1:count` lines, sorted by digest, to look in instead of asking the API.',
  },
} as const satisfies Readonly<Record<string, Variable>>
