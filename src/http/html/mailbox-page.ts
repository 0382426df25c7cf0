import type { MailboxMail } from '../../domain/mail/mailbox.ts'
import { escapeHtml } from '../../lib/text/escape-html.ts'

/** No scripts; inline styles, since mails have them. A mail is shown in a sandboxed frame. */
export const mailboxPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The page of the development mailbox: the list of mails and one opened mail. */
export function mailboxPage(path: string, mails: readonly MailboxMail[], openedId: string | null): string {
  const opened = mails.find(({ id }) => id === openedId) ?? mails[0]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mailbox (${mails.length})</title>
<style>${style}</style>
</head>
<body>
<header><h1>Mailbox</h1><p>${mails.length === 1 ? '1 mail' : `${mails.length} mails`} kept here instead of being sent.
<a href="${path}">Reload</a> <a href="${path}.json">JSON</a></p></header>
${opened === undefined ? '<p class="empty">Nothing yet. Register, or request a password reset.</p>' : panes(path, mails, opened)}
</body>
</html>
`
}

function panes(path: string, mails: readonly MailboxMail[], opened: MailboxMail): string {
  const items = mails.map((mail) => item(path, mail, mail === opened)).join('\n')
  return `<div class="panes">
<nav aria-label="Mails"><ol>
${items}
</ol></nav>
<main>${mailView(opened)}</main>
</div>`
}

function item(path: string, { id, to, subject, createdAt }: MailboxMail, current: boolean): string {
  return `<li><a href="${path}?mail=${encodeURIComponent(id)}"${current ? ' aria-current="true"' : ''}>
<strong>${escapeHtml(subject)}</strong><span>${escapeHtml(to)}</span>${time(createdAt)}</a></li>`
}

function mailView({ to, subject, text, html, links, createdAt }: MailboxMail): string {
  const linkItems = links.map((link) => `<li>${anchor(link)}</li>`).join('')
  return `<h2>${escapeHtml(subject)}</h2>
<p>To ${escapeHtml(to)}, ${time(createdAt)}</p>
${linkItems === '' ? '' : `<h3>Links</h3><ul>${linkItems}</ul>`}
<h3>HTML</h3>
<iframe title="HTML view" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escapeHtml(html)}"></iframe>
<h3>Text</h3>
<pre>${linkify(text)}</pre>`
}

function time(at: Date): string {
  const iso = at.toISOString()
  return `<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`
}

/** Parts with an odd index are links. */
function linkify(text: string): string {
  const parts = text.split(/(https?:\/\/[^\s<>"]+)/)
  return parts.map((part, index) => (index % 2 === 1 ? anchor(part) : escapeHtml(part))).join('')
}

function anchor(link: string): string {
  const url = escapeHtml(link)
  return `<a href="${url}" target="_blank" rel="noopener noreferrer">${url}</a>`
}

const style = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
  body { margin: 0 }
  header { display: flex; gap: 1rem; align-items: baseline; padding: .75rem 1.25rem; border-bottom: 1px solid #8884 }
  h1 { font-size: 1.2rem; margin: 0 } header p { margin: 0 } h2 { margin: 0 } h3 { margin: 1.25rem 0 .25rem; font-size: .9rem }
  .empty { padding: 3rem; text-align: center }
  .panes { display: grid; grid-template-columns: minmax(15rem, 24rem) 1fr }
  nav { border-right: 1px solid #8884 } ol { list-style: none; margin: 0; padding: 0 }
  nav a { display: grid; padding: .6rem 1.25rem; border-bottom: 1px solid #8882; color: inherit; text-decoration: none; overflow-wrap: anywhere }
  nav a:hover { background: #8881 } nav a[aria-current] { background: #2f5bd722 }
  nav span, time { font-size: .85rem; opacity: .75 }
  main { padding: 1.25rem; min-width: 0 } main ul { margin: 0; padding-left: 1.2rem; overflow-wrap: anywhere }
  pre { padding: 1rem; background: #8881; white-space: pre-wrap; overflow-wrap: anywhere }
  iframe { width: 100%; height: 34rem; border: 1px solid #8884; border-radius: 6px; background: #fff }
  @media (max-width: 50rem) { .panes { grid-template-columns: 1fr } nav { border-right: 0; max-height: 14rem; overflow: auto } }
`
