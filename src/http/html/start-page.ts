import { createHash } from 'node:crypto'
import { escapeHtml } from '../../lib/text/escape-html.ts'

/** A part of the service that a developer can open. */
export interface StartLink {
  readonly path: string
  readonly label: string
  readonly text: string
}

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { margin: 0 auto; max-width: 36rem; padding: 3rem 1.25rem }
  h1 { font-size: 1.5rem; margin: 0 } ul { list-style: none; padding: 0 } li { padding: .75rem 0; border-top: 1px solid #8884 }
  a { color: LinkText; font-weight: 600 } p { margin: 0 } code { font-size: .875em }
`

/** Allows the style of the page and nothing else. */
export const startPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The page at `/` outside production: where things are. URLs are relative. */
export function startPage(name: string, links: readonly StartLink[]): string {
  const items = links.map(
    ({ path, label, text }) =>
      `<li><a href=".${escapeHtml(path)}">${escapeHtml(label)}</a> <code>${escapeHtml(path)}</code><p>${escapeHtml(text)}</p></li>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(name)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(name)} is running</h1>
<p>This page exists outside production only.</p>
<ul>
${items.join('\n')}
</ul>
</main>
</body>
</html>
`
}
