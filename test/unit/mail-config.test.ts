import { describe, expect, it } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { ConfigError } from '../../src/config/config-error.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Environment } from '../../src/config/variable.ts'

const base = {
  MASTER_KEY: Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64'),
  REFRESH_PEPPERS: 'a:0123456789abcdefghijklmnopqrstuvwxyz',
}
const production = {
  ...base,
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://gatehouse:hunter2@db:5432/gatehouse',
  PUBLIC_URL: 'https://auth.example.com',
  SMTP_URL: 'smtp://gatehouse:hunter2@mail.example.com:587',
  MAIL_FROM: 'no-reply@example.com',
}

function read(env: Environment): Config {
  return readConfig({ ...base, ...env })
}

function invalidVariables(env: Environment): string[] {
  try {
    read(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => problem.variable)
    throw error
  }
  return []
}

describe('readConfig of mail', () => {
  it('sends through SMTP, and requires TLS in production only, and not on loopback', () => {
    expect(read(production).mail).toMatchObject({ transport: 'smtp', requireTls: true })
    expect(read({ ...production, SMTP_URL: 'smtp://localhost' }).mail).toMatchObject({ requireTls: false })
    expect(read({ SMTP_URL: 'smtp://mail.example.com' }).mail).toMatchObject({ requireTls: false })
  })

  it('sends through SendGrid, at a configurable URL', () => {
    const { mail } = read({ ...production, SMTP_URL: '', SENDGRID_API_KEY: 'SG.key' })
    expect(mail).toMatchObject({ transport: 'sendgrid', baseUrl: new URL('https://api.sendgrid.com') })
    const eu = read({ SENDGRID_API_KEY: 'SG.key', SENDGRID_BASE_URL: 'https://api.eu.sendgrid.com' })
    expect(eu.mail).toMatchObject({ baseUrl: new URL('https://api.eu.sendgrid.com') })
    expect(JSON.stringify(eu.mail)).not.toContain('SG.key')
  })

  it('keeps mails in the mailbox if no transport is set, and sends none if mail is off', () => {
    expect(read({}).mail).toMatchObject({ transport: 'mailbox', audience: 'loopback' })
    expect(read({ DEV_MAILBOX: 'on' }).mail).toMatchObject({ audience: 'every-client' })
    expect(read({ MAIL: 'off', SMTP_URL: production.SMTP_URL }).mail).toBeNull()
    expect(read({ ...production, MAIL: 'off', SMTP_URL: '', MAIL_FROM: '' }).mail).toBeNull()
    expect(read({ MAIL: 'off' }).emailVerification).toBe('off')
  })

  it.each<[string, Environment, string[]]>([
    ['two transports', { ...production, SENDGRID_API_KEY: 'SG.key' }, ['SENDGRID_API_KEY']],
    ['no transport in production', { ...production, SMTP_URL: '' }, ['SMTP_URL']],
    ['no sender in production', { ...production, MAIL_FROM: '' }, ['MAIL_FROM']],
    ['the open mailbox in production', { ...production, DEV_MAILBOX: 'on' }, ['DEV_MAILBOX']],
    ['pages without https in production', { ...production, APP_URL: 'http://example.com' }, ['APP_URL']],
    [
      'SendGrid without https in production',
      { ...production, SENDGRID_BASE_URL: 'http://example.com' },
      ['SENDGRID_BASE_URL'],
    ],
    [
      'links without https in production',
      { ...production, LINK_RESET_PASSWORD: 'http://example.com/{token}' },
      ['LINK_RESET_PASSWORD'],
    ],
    [
      'required verification while mail is off',
      { MAIL: 'off', EMAIL_VERIFICATION: 'required' },
      ['EMAIL_VERIFICATION'],
    ],
  ])('rejects %s', (_, env, variables) => {
    expect(invalidVariables(env)).toEqual(variables)
  })

  it.each([
    ['no-reply@example.com', null, 'no-reply@example.com'],
    ['Gatehouse <no-reply@example.com>', 'Gatehouse', 'no-reply@example.com'],
    ['"Acme, Inc." <a@b.example>', 'Acme, Inc.', 'a@b.example'],
    ['Zürich & Söhne <a@b.example>', 'Zürich & Söhne', 'a@b.example'],
  ])('reads the sender %s', (MAIL_FROM, name, email) => {
    expect(read({ MAIL_FROM }).mail?.from).toEqual({ name, email })
  })

  it.each([
    'a@b.example, c@d.example',
    'Acme, Inc. <a@b.example>',
    'A <a@b.example>\r\nBcc: <x@y.example>',
    'A <a@b>\n',
    '"a b"@example.com',
    'example.com',
    '<a@b.example>',
    'a@b..example',
    `${'a'.repeat(65)}@b.example`,
  ])('rejects the sender %j', (MAIL_FROM) => {
    expect(invalidVariables({ MAIL_FROM })).toEqual(['MAIL_FROM'])
  })

  it.each([
    'mail.example.com:25',
    'http://mail.example.com',
    'smtp://',
    'smtp://mail.example.com/path',
    'smtp://mail.example.com?tls.rejectUnauthorized=false',
    'smtp://a:%zz@mail.example.com',
    'smtp://mail.example.com:99999',
  ])('rejects SMTP_URL=%s', (SMTP_URL) => {
    expect(invalidVariables({ SMTP_URL })).toEqual(['SMTP_URL'])
  })
})

describe('readConfig of links', () => {
  it('builds links from APP_URL, which can have a path', () => {
    const { links } = read({ APP_URL: 'https://example.com/account/' })
    expect(links.resetPassword).toBe('https://example.com/account/reset-password?token={token}')
  })

  it.each([
    'https://a.example/#/reset/{token}',
    'http://localhost:5173/{token}',
    'https://a.example/?t={token}&x=1',
  ])('accepts %s', (LINK_RESET_PASSWORD) => {
    expect(read({ LINK_RESET_PASSWORD }).links.resetPassword).toBe(LINK_RESET_PASSWORD)
  })

  it.each([
    'https://a.example/reset',
    'https://{token}.example/',
    'https://a.example:{token}/',
    'https://{token}@a.example/',
    'https://a.example/{token}/{token}',
    'javascript:alert("{token}")',
    '/reset/{token}',
    'https://a.example/ {token}',
    'https://a.example/"{token}',
  ])('rejects %s', (LINK_RESET_PASSWORD) => {
    expect(invalidVariables({ LINK_RESET_PASSWORD })).toEqual(['LINK_RESET_PASSWORD'])
  })

  it.each([
    ['APP_NAME', 'a\nb'],
    ['APP_NAME', ' x'],
    ['APP_NAME', 'x'.repeat(61)],
    ['APP_COLOR', 'red'],
    ['APP_COLOR', '#12345g'],
    ['APP_URL', 'https://a.example/?x'],
    ['APP_URL', 'https://u:p@a.example/'],
    ['MAIL', 'on'],
    ['EMAIL_VERIFICATION', 'yes'],
    ['VERIFY_EMAIL_SECONDS', '59'],
    ['RESET_PASSWORD_SECONDS', '86401'],
    ['SENDGRID_API_KEY', 'two words'],
    ['SENDGRID_BASE_URL', 'api.sendgrid.com'],
  ])('rejects %s=%j', (name, value) => {
    expect(invalidVariables({ [name]: value })).toEqual([name])
  })
})
