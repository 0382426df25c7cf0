import { describe, expect, it } from 'vitest'
import type { Mail, MailKind } from '../../src/domain/mail/mail.ts'
import { renderMail } from '../../src/domain/mail/mail-layout.ts'
import { fillLink } from '../../src/domain/mail/mail-links.ts'
import { inWords, type MailLook } from '../../src/domain/mail/mail-texts.ts'

const look: MailLook = {
  app: { name: 'Acme & Sons', url: new URL('https://app.example.com'), color: '#123456' },
  links: {
    verifyEmail: 'https://app.example.com/verify?token={token}',
    denyRegistration: 'https://app.example.com/deny?token={token}&x=1',
    resetPassword: 'https://app.example.com/#/reset/{token}',
    confirmEmail: 'https://app.example.com/confirm?token={token}',
    undoEmailChange: 'https://app.example.com/undo?token={token}',
    unlockAccount: 'https://app.example.com/unlock?token={token}',
    reportSession: 'https://app.example.com/report?token={token}',
  },
}
const mails: Readonly<Record<MailKind, Mail>> = {
  VERIFY_EMAIL: { kind: 'VERIFY_EMAIL', token: 'gho_first', denyToken: 'gho_second' },
  ACCOUNT_EXISTS: { kind: 'ACCOUNT_EXISTS' },
  RESET_PASSWORD: { kind: 'RESET_PASSWORD', token: 'gho_first' },
  PASSWORD_CHANGED: { kind: 'PASSWORD_CHANGED' },
  CONFIRM_EMAIL_CHANGE: { kind: 'CONFIRM_EMAIL_CHANGE', token: 'gho_first' },
  EMAIL_CHANGED: { kind: 'EMAIL_CHANGED', newEmail: 'new<b>@example.com', undoToken: 'gho_first' },
  ACCOUNT_DELETED: { kind: 'ACCOUNT_DELETED' },
  ACCOUNT_LOCKED: { kind: 'ACCOUNT_LOCKED', token: 'gho_first' },
  PASSWORD_EXPIRES: { kind: 'PASSWORD_EXPIRES', expiresAt: '2031-03-05T23:30:00.000Z' },
  OPERATOR_ALERT: {
    kind: 'OPERATOR_ALERT',
    alert: 'FLOOD_BLOCKED',
    message: 'An address was blocked.',
    occurrences: '1000',
    windowStart: '2031-03-05T23:30:00.000Z',
    windowEnd: '2031-03-05T23:35:00.000Z',
    details: '{"address":"203.0.113.7","note":"<script>"}',
  },
  NEW_SIGN_IN: {
    kind: 'NEW_SIGN_IN',
    device: 'Firefox on <b>Linux',
    place: 'the network 203.0.113.0/24',
    signedInAt: '2031-03-05T23:30:00.000Z',
    reportToken: 'gho_first',
  },
  REFRESH_TOKEN_REUSED: {
    kind: 'REFRESH_TOKEN_REUSED',
    device: 'Firefox on <b>Linux',
    signedInAt: '2031-03-05T23:30:00.000Z',
    reportToken: 'gho_first',
  },
}
const links: Partial<Record<MailKind, readonly string[]>> = {
  VERIFY_EMAIL: [
    'https://app.example.com/verify?token=gho_first',
    'https://app.example.com/deny?token=gho_second&x=1',
  ],
  RESET_PASSWORD: ['https://app.example.com/#/reset/gho_first'],
  CONFIRM_EMAIL_CHANGE: ['https://app.example.com/confirm?token=gho_first'],
  ACCOUNT_LOCKED: ['https://app.example.com/unlock?token=gho_first'],
  EMAIL_CHANGED: ['https://app.example.com/undo?token=gho_first'],
  NEW_SIGN_IN: ['https://app.example.com/report?token=gho_first'],
  REFRESH_TOKEN_REUSED: ['https://app.example.com/report?token=gho_first'],
}

function render(mail: Mail, name: string | null = null, lifeSeconds = 3600) {
  const to = { email: 'ada@example.com', name }
  return renderMail(to, { to, mail, tokens: [{ id: 'id', lifeSeconds }] }, look)
}

function plain(html: string): string {
  return html.replace(/&#([0-9]+);/g, (_, code) => String.fromCharCode(Number(code)))
}

describe('renderMail', () => {
  it.each(Object.values(mails))('writes $kind as text and as HTML that say the same', (mail) => {
    const { subject, text, html } = render(mail, 'Ada')
    expect(subject).toMatch(/Acme & Sons/)
    expect(text).toMatch(/^Hello Ada,\n/)
    expect(html).toContain('Hello Ada,')
    const shown = links[mail.kind] ?? ['https://app.example.com/']
    const inText = text.match(/https:\S+/g)
    expect(inText).toEqual(shown)
    const inHtml = [...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => plain(url ?? ''))
    expect(inHtml).toEqual(shown)
    for (const url of inHtml) expect(new URL(url).protocol).toBe('https:')
    expect(html).toContain('Acme &#38; Sons')
    expect(html).not.toMatch(/\{token\}|undefined|null|NaN|<script/)
    expect(text).not.toMatch(/\{token\}|undefined|null|NaN|&#/)
  })

  it('says for how long a link is good', () => {
    expect(render(mails.RESET_PASSWORD, null, 3600).text).toContain('The link is valid for 1 hour.')
    expect(render(mails.VERIFY_EMAIL, null, 86_400).text).toContain('The link is valid for 24 hours.')
    expect(render(mails.EMAIL_CHANGED, null, 604_800).text).toContain('The link is valid for 7 days.')
  })

  it('says until when a password is good', () => {
    expect(render(mails.PASSWORD_EXPIRES).text).toContain('until 5 March 2031')
  })

  it('escapes what users have written', () => {
    const { text, html } = render(mails.RESET_PASSWORD, '<script>alert(1)</script>"\'&')
    expect(html).not.toContain('<script')
    expect(html).toContain('Hello &#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;,')
    expect(text).toContain('Hello <script>alert(1)</script>"\'&,')
    expect(render(mails.EMAIL_CHANGED).html).toContain('new&#60;b&#62;@example.com')
  })

  it('keeps a name on its line', () => {
    const { text, html, subject } = render(mails.RESET_PASSWORD, 'Ada\r\nBcc: x\u2028\u202e\u0000Lovelace')
    expect(text).toMatch(/^Hello Ada Bcc: x Lovelace,\n/)
    expect(html).toContain('Hello Ada Bcc: x Lovelace,')
    expect(subject).not.toMatch(/[\r\n]/)
  })

  it.each([
    'http://evil.example',
    'You won, see www.evil.example',
    'evil.example',
    'write to x@evil.example',
    'Gratis auf bücher.de',
    'claim your prize at win24.com/a',
    'Go t.co/AbCdE12 now',
    'win24。com',
    't．co',
    'evil｡example',
    'x․com',
    'évil.com'.normalize('NFD'),
    'मुफ़्त.com',
    'xn--80ak6aa92e.com',
    'evil.xn--p1ai',
    'मुफ्ती.com',
    'उदाहरण.भारत',
    'ⓔⓥⓘⓛ.ⓒⓞⓜ',
    '1.1.1.1/a',
  ])('does not greet a person as %s', (name) => {
    const { text, html } = render(mails.VERIFY_EMAIL, name)
    expect(text).toMatch(/^Hello,\n/)
    expect(text + html).not.toContain(name)
  })

  it.each([
    'Dr. Ada Lovelace',
    'J. R. R. Tolkien',
    'J.R.R. Tolkien',
    'Ada L.',
    'Ada 2.0',
    "Conan O'Brien",
    'Jean-Luc',
    '陳大文',
  ])('greets %s', (name) => {
    expect(render(mails.VERIFY_EMAIL, name).text).toMatch(new RegExp(`^Hello ${name},\\n`))
  })
})

describe('fillLink', () => {
  it('encodes the token', () => {
    expect(fillLink('https://a.example/?t={token}', 'a&b="$&')).toBe('https://a.example/?t=a%26b%3D%22%24%26')
  })
})

describe('inWords', () => {
  it.each([
    [60, '1 minute'],
    [900, '15 minutes'],
    [3600, '1 hour'],
    [5400, '90 minutes'],
    [86_400, '24 hours'],
    [129_600, '36 hours'],
    [172_800, '2 days'],
    [604_800, '7 days'],
    [61, '61 seconds'],
  ])('writes %i s as %s', (seconds, words) => {
    expect(inWords(seconds)).toBe(words)
  })
})
