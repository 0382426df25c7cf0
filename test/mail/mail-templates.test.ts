import { describe, expect, it } from 'vitest'
import type { Mail, MailKind } from '../../src/domain/mail/mail.ts'
import { fillLink } from '../../src/domain/mail/mail-links.ts'
import { renderMail } from '../../src/flows/mails/render-mail.ts'
import type { MailLook } from '../../src/flows/mails/write-mail.ts'
import { type Language, languages } from '../../src/texts/languages.ts'

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
    undoFactorChange: 'https://app.example.com/undo-factor?token={token}',
  },
}
const newSignIn = {
  kind: 'NEW_SIGN_IN',
  browser: 'Firefox',
  os: '<b>Linux',
  country: null,
  network: '203.0.113.0/24',
  device: 'Firefox, <b>Linux',
  place: '203.0.113.0/24',
  signedInAt: '2031-03-05T23:30:00.000Z',
  reportToken: 'gho_first',
} as const
const changedAt = '2031-03-05T23:30:00.000Z'
const signIn = {
  browser: 'Firefox',
  os: '<b>Linux',
  device: 'Firefox, <b>Linux',
  signedInAt: changedAt,
  reportToken: 'gho_first',
}
const mails: Readonly<Record<Mail['kind'], Mail>> = {
  VERIFY_EMAIL: { kind: 'VERIFY_EMAIL', token: 'gho_first', denyToken: 'gho_second' },
  ACCOUNT_EXISTS: { kind: 'ACCOUNT_EXISTS' },
  RESET_PASSWORD: { kind: 'RESET_PASSWORD', token: 'gho_first' },
  USER_INVITED: { kind: 'USER_INVITED', token: 'gho_first' },
  ADMINISTRATOR_INVITED: { kind: 'ADMINISTRATOR_INVITED', token: 'gho_first', tenant: 'Acme <b>GmbH' },
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
  NEW_SIGN_IN: newSignIn,
  REFRESH_TOKEN_REUSED: {
    kind: 'REFRESH_TOKEN_REUSED',
    browser: 'Firefox',
    os: '<b>Linux',
    device: 'Firefox, <b>Linux',
    signedInAt: '2031-03-05T23:30:00.000Z',
    reportToken: 'gho_first',
  },
  FACTOR_ADDED: { kind: 'FACTOR_ADDED', factor: 'TOTP', changedAt, undoToken: 'gho_first' },
  FACTOR_REMOVED: { kind: 'FACTOR_REMOVED', factor: 'PASSKEY', changedAt, undoToken: 'gho_first' },
  FACTORS_RESET: { kind: 'FACTORS_RESET' },
  RECOVERY_CODE_USED: { ...signIn, kind: 'RECOVERY_CODE_USED', codesLeft: '7' },
  RECOVERY_CODES_REPLACED: { kind: 'RECOVERY_CODES_REPLACED', changedAt, reportToken: 'gho_first' },
  SECOND_STEP_CHANGED: {
    kind: 'SECOND_STEP_CHANGED',
    secondStep: 'OFF',
    changedAt,
    reportToken: 'gho_first',
  },
  CHALLENGE_UNSOLVED: { ...signIn, kind: 'CHALLENGE_UNSOLVED' },
}
const links: Partial<Record<MailKind, readonly string[]>> = {
  VERIFY_EMAIL: [
    'https://app.example.com/verify?token=gho_first',
    'https://app.example.com/deny?token=gho_second&x=1',
  ],
  RESET_PASSWORD: ['https://app.example.com/#/reset/gho_first'],
  USER_INVITED: ['https://app.example.com/#/reset/gho_first'],
  ADMINISTRATOR_INVITED: ['https://app.example.com/#/reset/gho_first'],
  CONFIRM_EMAIL_CHANGE: ['https://app.example.com/confirm?token=gho_first'],
  ACCOUNT_LOCKED: ['https://app.example.com/unlock?token=gho_first'],
  EMAIL_CHANGED: ['https://app.example.com/undo?token=gho_first'],
  NEW_SIGN_IN: ['https://app.example.com/report?token=gho_first'],
  REFRESH_TOKEN_REUSED: ['https://app.example.com/report?token=gho_first'],
  FACTOR_ADDED: ['https://app.example.com/undo-factor?token=gho_first'],
  FACTOR_REMOVED: ['https://app.example.com/undo-factor?token=gho_first'],
  RECOVERY_CODE_USED: ['https://app.example.com/report?token=gho_first'],
  RECOVERY_CODES_REPLACED: ['https://app.example.com/report?token=gho_first'],
  SECOND_STEP_CHANGED: ['https://app.example.com/report?token=gho_first'],
  CHALLENGE_UNSOLVED: ['https://app.example.com/report?token=gho_first'],
}

interface Circumstances {
  readonly name?: string | null
  readonly lifeSeconds?: number
  readonly language?: Language
}

function render(mail: Mail, { name = null, lifeSeconds = 3600, language = 'en' }: Circumstances = {}) {
  const to = { email: 'ada@example.com', name }
  return renderMail(to, { mail, tokens: [{ id: 'id', lifeSeconds }] }, look, language)
}

const hello: Readonly<Record<Language, string>> = {
  en: 'Hello Ada,',
  de: 'Guten Tag Ada,',
  fr: 'Bonjour Ada,',
  es: 'Hola, Ada:',
}

function plain(html: string): string {
  return html.replace(/&#([0-9]+);/g, (_, code) => String.fromCharCode(Number(code)))
}

const everyMail = languages.flatMap((language) =>
  Object.values(mails).map((mail) => ({ kind: mail.kind, language, mail })),
)

describe('renderMail', () => {
  it.each(everyMail)(
    'writes $kind in $language as text and as HTML that say the same',
    ({ mail, language }) => {
      const { subject, text, html } = render(mail, { name: 'Ada', language })
      expect(subject).toMatch(/Acme & Sons/)
      const isEnglish = mail.kind === 'OPERATOR_ALERT' || language === 'en'
      expect(text.startsWith(`${hello[language]}\n`)).toBe(true)
      expect(html).toContain(`${hello[language]}</p>`)
      expect(html).toContain(`<html lang="${language}">`)
      expect(render(mail, { name: 'Ada' }).subject === subject).toBe(isEnglish)
      const shown = links[mail.kind] ?? ['https://app.example.com/']
      const inText = text.match(/https:\S+/g)
      expect(inText).toEqual(shown)
      const inHtml = [...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => plain(url ?? ''))
      expect(inHtml).toEqual(shown)
      for (const url of inHtml) expect(new URL(url).protocol).toBe('https:')
      expect(html).toContain('Acme &#38; Sons')
      expect(html).not.toMatch(/\{token\}|undefined|null|NaN|Invalid Date|<script|<b>/)
      expect(text).not.toMatch(/\{token\}|undefined|null|NaN|&#/)
    },
  )

  it('says for how long a link is good', () => {
    const validity = (mail: Mail, lifeSeconds: number, language: Language) =>
      render(mail, { lifeSeconds, language }).text.replaceAll('\u00a0', ' ')
    expect(validity(mails.RESET_PASSWORD, 3600, 'en')).toContain('The link is valid for 1 hour.')
    expect(validity(mails.VERIFY_EMAIL, 86_400, 'en')).toContain('The link is valid for 24 hours.')
    expect(validity(mails.EMAIL_CHANGED, 604_800, 'en')).toContain('The link is valid for 7 days.')
    expect(validity(mails.RESET_PASSWORD, 3600, 'de')).toContain('Der Link ist 1 Stunde gültig.')
    expect(validity(mails.RESET_PASSWORD, 86_400, 'fr')).toContain('Le lien est valable 24 heures.')
    expect(validity(mails.RESET_PASSWORD, 604_800, 'es')).toContain('El enlace es válido durante 7 días.')
  })

  it.each(languages)('names the factor that changed, in %s', (language) => {
    for (const kind of ['FACTOR_ADDED', 'FACTOR_REMOVED'] as const) {
      const text = (factor: 'TOTP' | 'PASSKEY') =>
        render({ kind, factor, changedAt, undoToken: 'gho_first' }, { language }).text
      expect(text('TOTP')).toMatch(/authenticat|autenticación|d’authentification/i)
      expect(text('PASSKEY')).toMatch(/passkey|clé d’accès|llave de acceso/i)
      expect(text('PASSKEY')).not.toMatch(/authenticator app|autenticación|d’authentification/i)
    }
  })

  it.each(languages)('says whether the second step was switched on or off, in %s', (language) => {
    const write = (secondStep: 'ON' | 'OFF') => {
      const mail = { kind: 'SECOND_STEP_CHANGED', secondStep, changedAt, reportToken: 'gho_first' } as const
      const { subject, text } = render(mail, { language })
      return `${subject}\n${text}`
    }
    const on = /switched on|eingeschaltet|a été activée|ha activado/g
    const off = /switched off|ausgeschaltet|a été désactivée|ha desactivado/g
    expect(write('ON').match(on)).toHaveLength(2)
    expect(write('ON')).not.toMatch(off)
    expect(write('OFF').match(off)).toHaveLength(2)
    expect(write('OFF')).not.toMatch(on)
  })

  it('says until when a password is good', () => {
    const expiry = (language: Language) => render(mails.PASSWORD_EXPIRES, { language }).text
    expect(expiry('en')).toContain('until 5 March 2031 (UTC)')
    expect(expiry('de')).toContain('bis zum 5. März 2031 (UTC)')
    expect(expiry('fr')).toContain('jusqu’au 5 mars 2031 (UTC)')
    expect(expiry('es')).toContain('hasta el 5 de marzo de 2031 (UTC)')
  })

  it('says when and where a sign-in was', () => {
    const signIn = (language: Language, country: string | null) =>
      render({ ...newSignIn, country }, { language }).text
    expect(signIn('en', null)).toContain('from the network 203.0.113.0/24, on 5 March 2031 at 23:30 UTC.')
    expect(signIn('de', 'DE')).toContain('Am 5. März 2031 um 23:30 UTC')
    expect(signIn('de', 'DE')).toContain('Gerät: Firefox unter <b>Linux. Ort: Deutschland.')
    expect(signIn('fr', 'DE')).toContain('Appareil : Firefox sur <b>Linux. Lieu : Allemagne.')
    expect(signIn('es', null)).toContain('Dispositivo: Firefox en <b>Linux. Lugar: red 203.0.113.0/24.')
  })

  it('names API keys, and says how many more there are', () => {
    const revoked = {
      named: [
        { name: 'ci', prefix: 'ghk_a' },
        { name: null, prefix: 'ghk_b' },
      ],
      others: 1,
    }
    const keys = (language: Language, others: number) =>
      render({ kind: 'PASSWORD_CHANGED', revoked: { ...revoked, others } }, { language }).text
    expect(keys('en', 0)).toContain('“ci” (ghk_a…), ghk_b….')
    expect(keys('de', 1)).toContain('„ci“ (ghk_a…), ghk_b… und 1 weiterer Schlüssel.')
    expect(keys('de', 2)).toContain('und 2 weitere Schlüssel.')
    expect(keys('fr', 2)).toContain('« ci » (ghk_a…), ghk_b… et 2 autres.')
    expect(keys('es', 2)).toContain('«ci» (ghk_a…), ghk_b… y 2 más.')
  })

  it('does not name the new address if the old one was not verified', () => {
    const changed = { kind: 'EMAIL_CHANGED', newEmail: '', undoToken: 'gho_first' } as const
    expect(render(changed).text).toContain('now uses another address.')
    expect(render(changed, { language: 'de' }).text).toContain('jetzt eine andere Adresse.')
  })

  it.each(languages)('escapes what users have written: %s', (language) => {
    const { html } = render(mails.RESET_PASSWORD, { name: '<script>alert(1)</script>"\'&', language })
    expect(html).not.toContain('<script')
    expect(html).toContain('&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;')
    expect(render(mails.EMAIL_CHANGED, { language }).html).toContain('new&#60;b&#62;@example.com')
  })

  it('greets with the name as it is, in text', () => {
    const { text, html } = render(mails.RESET_PASSWORD, { name: '<script>alert(1)</script>"\'&' })
    expect(html).toContain('Hello &#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;,')
    expect(text).toContain('Hello <script>alert(1)</script>"\'&,')
  })

  it('keeps a name on its line', () => {
    const { text, html, subject } = render(mails.RESET_PASSWORD, {
      name: 'Ada\r\nBcc: x\u2028\u202e\u0000Lovelace',
    })
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
    const { text, html } = render(mails.VERIFY_EMAIL, { name })
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
    expect(render(mails.VERIFY_EMAIL, { name }).text).toMatch(new RegExp(`^Hello ${name},\\n`))
  })
})

describe('fillLink', () => {
  it('encodes the token', () => {
    expect(fillLink('https://a.example/?t={token}', 'a&b="$&')).toBe('https://a.example/?t=a%26b%3D%22%24%26')
  })
})
