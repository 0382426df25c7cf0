import type { EnvReader } from '../../env-reader.ts'
import { oneOf } from '../../rules/choice-rules.ts'
import type { Variables } from '../../variable.ts'
import type { serverVariables } from './server.ts'

export const cookieVariables = {
  COOKIE_SAME_SITE: {
    default: 'strict',
    description: 'SameSite attribute of the cookies: `strict`, `lax` or `none` (requires https).',
  },
} as const satisfies Variables

const sameSiteValues = ['strict', 'lax', 'none'] as const

export type SameSite = (typeof sameSiteValues)[number]

export interface CookieConfig {
  readonly sameSite: SameSite
}

export function readCookies(
  reader: EnvReader<typeof cookieVariables & typeof serverVariables>,
  publicUrl: URL,
): CookieConfig {
  const sameSite = reader.readOrDefault('COOKIE_SAME_SITE', oneOf(...sameSiteValues))
  const valid = sameSite !== 'none' || publicUrl.protocol === 'https:'
  reader.check(['COOKIE_SAME_SITE', 'PUBLIC_URL'], valid, 'of none requires PUBLIC_URL to use https.')
  return { sameSite }
}
