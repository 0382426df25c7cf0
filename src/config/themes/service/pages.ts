import type { EnvReader } from '../../env-reader.ts'
import { flag } from '../../rules/choice-rules.ts'
import { type Image, imageFile } from '../../rules/image-rule.ts'
import type { Rule } from '../../rules/rule.ts'
import { pageUrl } from '../../rules/url-rules.ts'
import type { Variables } from '../../variable.ts'
import type { ServerConfig } from './server.ts'

export const pageVariables = {
  PAGES: {
    unset: 'on outside production',
    description:
      'Serves pages for the links in mails, for signing in and up, and for the account (docs/pages.md).',
  },
  APP_LOGO: {
    unset: 'the initial of `APP_NAME`',
    description:
      'Logo on the pages: the path of an svg, png, webp or jpg file of at most 200 kB, or a URL of the same origin as `PUBLIC_URL` or `APP_URL`.',
  },
} as const satisfies Variables

/** The hosted pages. */
export interface PagesConfig {
  /** A file that the service serves, or the path of an image at the same origin. Null: the initial of the name. */
  readonly logo: Image | string | null
  /** The origins that a page may lead to after the sign-in. */
  readonly returnOrigins: readonly string[]
}

/** Null: the service serves no pages. */
export function readPages(
  reader: EnvReader<typeof pageVariables>,
  server: Pick<ServerConfig, 'allowedOrigins'>,
  appUrl: URL,
  production: boolean,
): PagesConfig | null {
  const on = reader.read('PAGES', flag, !production)
  const ownOrigins = [server.allowedOrigins[0], appUrl.origin]
  const logo = reader.read('APP_LOGO', logoRule(ownOrigins), null)
  return on ? { logo, returnOrigins: [...new Set([...server.allowedOrigins, appUrl.origin])] } : null
}

/** Where mails and pages lead if there is no application. */
export function accountPageOf(publicUrl: URL): URL {
  return new URL('/account', publicUrl)
}

function logoRule(ownOrigins: readonly (string | undefined)[]): Rule<Image | string> {
  return {
    expected: `${imageFile.expected}, or a URL of the same origin as PUBLIC_URL or APP_URL`,
    parse: (text) => {
      if (!/^https?:/i.test(text)) return imageFile.parse(text)
      const url = pageUrl.parse(text)
      return url !== null && ownOrigins.includes(url.origin) ? url.pathname : null
    },
  }
}
