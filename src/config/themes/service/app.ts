import type { MailBranding } from '../../../domain/mail/mail-branding.ts'
import type { EnvReader } from '../../env-reader.ts'
import { requireHttps } from '../../require-https.ts'
import { color, title } from '../../rules/text-rules.ts'
import { pageUrl } from '../../rules/url-rules.ts'
import type { Variables } from '../../variable.ts'

export const appVariables = {
  APP_NAME: {
    default: 'Gatehouse',
    description: 'Name of the product in mails, on the pages and in authenticator apps, 1 to 60 characters.',
  },
  APP_URL: {
    unset: '`PUBLIC_URL`',
    description: 'URL of the application whose pages the links in mails open; https in production.',
  },
  APP_COLOR: { default: '#2f5bd7', description: 'Colour of the buttons in mails and on the pages.' },
} as const satisfies Variables

export function readApp(
  reader: EnvReader<typeof appVariables>,
  publicUrl: URL,
  production: boolean,
): MailBranding {
  const url = reader.read('APP_URL', pageUrl, publicUrl)
  if (url !== publicUrl) requireHttps(reader, 'APP_URL', url, production)
  return {
    name: reader.readOrDefault('APP_NAME', title),
    url,
    color: reader.readOrDefault('APP_COLOR', color),
  }
}
