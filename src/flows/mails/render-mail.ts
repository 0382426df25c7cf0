import { looksLikeLink } from '../../domain/mail/link-lookalike.ts'
import type { Mail, Recipient } from '../../domain/mail/mail.ts'
import type { MailedToken } from '../../domain/mail/mail-composer.ts'
import { escapeHtml } from '../../lib/text/escape-html.ts'
import type { Language } from '../../texts/languages.ts'
import { mailTexts } from '../../texts/mails/catalogues.ts'
import { type MailLink, type MailLook, type MailText, writeMail } from './write-mail.ts'

/** A mail ready to be sent. */
export interface RenderedMail {
  readonly language: Language
  /** One line. */
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Renders a mail in a language, as plain text and as HTML in which every text is escaped. */
export function renderMail(
  to: Recipient,
  { mail, tokens }: { readonly mail: Mail; readonly tokens: readonly MailedToken[] },
  look: MailLook,
  language: Language,
): RenderedMail {
  const text = writeMail(mail, tokens[0]?.lifeSeconds ?? 0, look, language)
  const greeting = greet(to.name, language)
  return {
    language,
    subject: oneLine(text.subject),
    text: plainText(text, greeting, look),
    html: htmlText(text, greeting, look, language),
  }
}

/**
 * Greets by name, unless the name looks like a link: anyone can register the address of another person and use a web
 * address as the name.
 */
function greet(name: string | null, language: Language): string {
  const { hello, helloWithoutName } = mailTexts[language]
  const clean = name === null ? '' : oneLine(name).slice(0, 50)
  return clean === '' || looksLikeLink(clean) ? helloWithoutName : hello(clean)
}

/** The text without line breaks, control characters and marks that change the direction of text. */
function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}

function plainText(text: MailText, greeting: string, { app }: MailLook): string {
  const link = ({ label, url }: MailLink) => `${label}:\n${url}`
  const second = text.secondAction === undefined ? [] : [link(text.secondAction)]
  const parts = [greeting, ...text.paragraphs, link(text.action), ...text.closing, ...second]
  return `${parts.map(withoutControls).join('\n\n')}\n\n-- \n${app.name}\n`
}

function withoutControls(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, '')
}

function htmlText(text: MailText, greeting: string, { app }: MailLook, language: Language): string {
  const { action, secondAction } = text
  const color = escapeHtml(app.color)
  const anchor = ({ url, label }: MailLink, style: string) =>
    `<a href="${escapeHtml(url)}" target="_blank" rel="noopener" style="${style}">${escapeHtml(label)}</a>`
  const paragraph = (inner: string) => `<p style="margin:0 0 16px">${inner}</p>`
  const plain = (sentences: string) => paragraph(escapeHtml(sentences))
  const button = `display:inline-block;padding:12px 20px;border-radius:6px;background:${color};color:#ffffff;font-weight:600;text-decoration:none`
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(text.subject)}</title>
</head>
<body style="margin:0;padding:24px 12px;background:#f4f5f7;color:#1f2430;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<div style="max-width:520px;margin:0 auto;padding:32px;background:#ffffff;border-radius:10px;overflow-wrap:anywhere">
<p style="margin:0 0 24px;font-size:18px;font-weight:700;color:${color}">${escapeHtml(app.name)}</p>
${[greeting, ...text.paragraphs].map(plain).join('\n')}
<p style="margin:24px 0">${anchor(action, button)}</p>
${text.closing.map(plain).join('\n')}
${secondAction === undefined ? '' : paragraph(anchor(secondAction, `color:${color}`))}
<p style="margin:24px 0 0;padding-top:16px;border-top:1px solid #e3e5ea;font-size:13px;color:#6b7280">${escapeHtml(mailTexts[language].buttonFails)}<br>${escapeHtml(action.url)}</p>
</div>
</body>
</html>
`
}
