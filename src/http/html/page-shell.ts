import type { MailBranding } from '../../domain/mail/mail-branding.ts'
import { escapeHtml } from '../../lib/text/escape-html.ts'
import type { Language } from '../../texts/languages.ts'
import { de } from '../../texts/pages/de.ts'
import { en, type PageTexts } from '../../texts/pages/en.ts'
import { es } from '../../texts/pages/es.ts'
import { fr } from '../../texts/pages/fr.ts'
import type { PageAssets } from './page-assets.ts'

/** The name of a hosted page, which is its path without the slash. */
export type PageName = keyof PageTexts['titles']

const texts: Readonly<Record<Language, PageTexts>> = { en, de, fr, es }

/**
 * Scripts and styles from files of this service only, and requests to it only. No form is sent without a script, and no
 * text becomes HTML (Trusted Types without a policy).
 */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // The QR code of an authenticator app is a data URL.
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** The page with this path; null if there is none. */
export function pageAt(path: string): PageName | null {
  const name = path.slice(1)
  return path.startsWith('/') && isPageName(name) ? name : null
}

function isPageName(name: string): name is PageName {
  return Object.hasOwn(en.titles, name)
}

export interface PageShell {
  readonly page: PageName
  readonly language: Language
  readonly app: MailBranding
  readonly returnOrigins: readonly string[]
  /** Whether mails with links that verify an address are sent. */
  readonly verifiesEmail: boolean
  /** Whether a device can skip the second step of later sign-ins. */
  readonly remembersDevices: boolean
  readonly assets: PageAssets
}

/**
 * The document of a page: title, language and files. The script renders the content. URLs are relative, so that a gateway
 * can serve the pages below a path.
 */
export function pageShell({ assets, ...shell }: PageShell): string {
  const { page, language, app, ...facts } = shell
  const { titles, page: words } = texts[language]
  const logo = assets.logo.startsWith('/') ? assets.logo : `pages/${assets.logo}`
  const settings = JSON.stringify({ name: app.name, home: app.url.href, logo, ...facts })
  const preloads = [...assets.imports, assets.texts[language] ?? '']
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="gatehouse-settings" content="${escapeHtml(settings)}">
<title>${escapeHtml(`${titles[page]} – ${app.name}`)}</title>
<link rel="icon" href="pages/${assets.icon}" type="image/svg+xml">
${assets.styles.map((style) => `<link rel="stylesheet" href="pages/${style}">`).join('\n')}
${preloads.map((script) => `<link rel="modulepreload" href="pages/${script}">`).join('\n')}
<script type="module" src="pages/${assets.script}"></script>
</head>
<body>
<div id="page"></div>
<noscript><p class="no-script">${escapeHtml(words.noScript)}</p></noscript>
</body>
</html>
`
}
