import type { PasswordPolicyName, PasswordRules } from '../domain/passwords/password-rules.ts'
import type { EnvReader } from './env-reader.ts'
import { isSafe, pageUrl } from './mail-rules.ts'
import { flag, oneOf, path, type Rule, wholeNumber } from './rules.ts'

/** Where breached passwords are looked up. */
export type BreachConfig =
  | { readonly source: 'api'; readonly baseUrl: URL }
  | { readonly source: 'file'; readonly path: string }

export interface PasswordConfig {
  readonly policy: PasswordPolicyName
  /** What was set on top of the policy; `rejectBreached` always. */
  readonly overrides: Partial<PasswordRules>
  /** How many days before a password expires a mail says so; 0 for none. */
  readonly remindDays: number
  /** Null: no list is asked. */
  readonly breaches: BreachConfig | null
}

export function readPasswords(reader: EnvReader, production: boolean): PasswordConfig {
  const breaches = readBreaches(reader, production)
  const read = <T>(name: Parameters<EnvReader['read']>[0], rule: Rule<T>): T | null =>
    reader.read(name, rule, null)
  const set = {
    minLength: read('PASSWORD_MIN_LENGTH', wholeNumber(8, 64)),
    requireUppercase: read('PASSWORD_REQUIRE_UPPERCASE', flag),
    requireLowercase: read('PASSWORD_REQUIRE_LOWERCASE', flag),
    requireDigit: read('PASSWORD_REQUIRE_DIGIT', flag),
    requireSymbol: read('PASSWORD_REQUIRE_SYMBOL', flag),
    minScore: read('PASSWORD_MIN_SCORE', wholeNumber(0, 4)),
    historySize: read('PASSWORD_HISTORY', wholeNumber(0, 24)),
    maxAgeDays: read('PASSWORD_MAX_AGE_DAYS', wholeNumber(1, 3650)),
    rejectBreached: breaches !== null,
  }
  return {
    policy: reader.readOrDefault('PASSWORD_POLICY', oneOf('classic', 'nist')),
    overrides: Object.fromEntries(Object.entries(set).filter(([, value]) => value !== null)),
    remindDays: reader.readOrDefault('PASSWORD_REMIND_DAYS', wholeNumber(0, 365)),
    breaches,
  }
}

function readBreaches(reader: EnvReader, production: boolean): BreachConfig | null {
  const file = reader.read('BREACH_LIST_FILE', filePath, null)
  const baseUrl = reader.readOrDefault('BREACH_API_URL', pageUrl)
  const on = reader.read('BREACH_CHECK', flag, production || file !== null)
  reader.check(
    ['BREACH_API_URL'],
    !production || isSafe(baseUrl),
    'wants https in production, unless its host is loopback.',
  )
  if (!on) return null
  return file === null ? { source: 'api', baseUrl } : { source: 'file', path: file }
}

const filePath: Rule<string> = { ...path, wants: 'the path of a file' }
