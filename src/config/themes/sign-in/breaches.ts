import type { EnvReader } from '../../env-reader.ts'
import { requireHttps } from '../../require-https.ts'
import { flag } from '../../rules/choice-rules.ts'
import { filePath } from '../../rules/path-rules.ts'
import { pageUrl } from '../../rules/url-rules.ts'
import type { Variables } from '../../variable.ts'

export const breachVariables = {
  BREACH_CHECK: {
    unset: 'on in production, or with `BREACH_LIST_FILE`',
    description:
      'Rejects passwords that are known from data breaches. Only the first 5 of the 40 hex digits of their SHA-1 leave the process. If the list does not respond within a second, the password is accepted and the audit event records it.',
  },
  BREACH_API_URL: {
    default: 'https://api.pwnedpasswords.com',
    description: 'URL of the range API of Have I Been Pwned, or of a mirror; https in production.',
  },
  BREACH_LIST_FILE: {
    unset: 'none',
    description: 'A file of `SHA1:count` lines, sorted by digest, that is searched instead of the API.',
  },
} as const satisfies Variables

/** Where breached passwords are looked up. */
export type BreachConfig =
  | { readonly source: 'api'; readonly baseUrl: URL }
  | { readonly source: 'file'; readonly path: string }

/** `null`: breaches are not checked. */
export function readBreaches(
  reader: EnvReader<typeof breachVariables>,
  production: boolean,
): BreachConfig | null {
  const file = reader.read('BREACH_LIST_FILE', filePath, null)
  const baseUrl = reader.readOrDefault('BREACH_API_URL', pageUrl)
  const on = reader.read('BREACH_CHECK', flag, production || file !== null)
  requireHttps(reader, 'BREACH_API_URL', baseUrl, production)
  if (!on) return null
  return file === null ? { source: 'api', baseUrl } : { source: 'file', path: file }
}
