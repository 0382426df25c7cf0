import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/config/config-error.ts'
import { configWarnings } from '../../src/config/config-warnings.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Environment } from '../../src/config/variable.ts'

const secrets = {
  MASTER_KEY: Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64'),
  REFRESH_PEPPERS: 'a:0123456789abcdefghijklmnopqrstuvwxyz',
}
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://gatehouse:hunter2@localhost:5432/gatehouse',
  PUBLIC_URL: 'https://auth.example.com',
  SMTP_URL: 'smtp://gatehouse:hunter2@mail.example.com:587',
  MAIL_FROM: 'Gatehouse <no-reply@example.com>',
}
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-logo-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const read = (env: Environment) => readConfig({ ...secrets, ...env }, { cpus: 8 })
const warned = (env: Environment) =>
  configWarnings(read(env)).filter(({ variable }) => ['APP_URL', 'PERSISTED_DOCUMENTS'].includes(variable))

describe('PAGES', () => {
  it('is on outside production, and in production only if it is set', () => {
    expect(read({}).pages).not.toBeNull()
    expect(read({ PAGES: 'off' }).pages).toBeNull()
    expect(read(production).pages).toBeNull()
    expect(read({ ...production, PAGES: 'on' }).pages).not.toBeNull()
  })

  it('makes the account the home page of mails, unless there is an application', () => {
    expect(read({ ...production, PAGES: 'on' }).app.url.href).toBe('https://auth.example.com/account')
    expect(read({ ...production, PAGES: 'on' }).links.verifyEmail).toBe(
      'https://auth.example.com/verify-email?token={token}',
    )
    const APP_URL = 'https://app.example.com'
    expect(read({ ...production, PAGES: 'on', APP_URL }).app.url.href).toBe('https://app.example.com/')
  })

  it('does not decide where links have the token: LINK_TOKEN_IN does', () => {
    const linkOf = (env: Environment) => read({ ...production, ...env }).links.unlockAccount
    const APP_URL = 'https://app.example.com'
    const [fragment, query] = ['/unlock-account#token={token}', '/unlock-account?token={token}']
    expect(linkOf({ PAGES: 'on' })).toBe(production.PUBLIC_URL + query)
    expect(linkOf({ PAGES: 'on', LINK_TOKEN_IN: 'fragment' })).toBe(production.PUBLIC_URL + fragment)
    expect(linkOf({ APP_URL })).toBe(APP_URL + query)
    expect(linkOf({ APP_URL, LINK_TOKEN_IN: 'fragment' })).toBe(APP_URL + fragment)
    expect(() => read({ LINK_TOKEN_IN: 'path' })).toThrow(ConfigError)
  })

  it('allows the own origin, CORS_ORIGINS and APP_URL as targets after the sign-in', () => {
    const env = { APP_URL: 'https://app.example.com/home', CORS_ORIGINS: 'https://spa.example.com' }
    expect(read({ ...production, ...env, PAGES: 'on' }).pages?.returnOrigins).toEqual([
      'https://auth.example.com',
      'https://spa.example.com',
      'https://app.example.com',
    ])
  })
})

describe('config check', () => {
  it('warns in production if links in mails open pages that do not exist', () => {
    expect(warned(production).map(({ message }) => message)).toEqual([
      expect.stringContaining('Set PAGES=on, or APP_URL'),
    ])
    expect(warned({ ...production, PAGES: 'on' })).toEqual([])
    expect(warned({ ...production, APP_URL: 'https://app.example.com' })).toEqual([])
    expect(warned({ ...production, SMTP_URL: '', MAIL_FROM: '', MAIL: 'off' })).toEqual([])
    // The application is served at the same origin, behind a proxy.
    expect(warned({ ...production, APP_URL: 'https://auth.example.com' })).toEqual([])
  })

  it('warns if links in mails open another origin than the pages', () => {
    const env = { ...production, PAGES: 'on', APP_URL: 'https://app.example.com' }
    expect(warned(env).map(({ message }) => message)).toEqual([
      expect.stringContaining('https://app.example.com'),
    ])
    expect(warned({ ...env, APP_URL: 'https://auth.example.com/accounts' })).toEqual([])
  })
})

describe('APP_LOGO', () => {
  const file = (name: string, size = 10) => {
    const path = join(folder, name)
    writeFileSync(path, Buffer.alloc(size, 'x'))
    return path
  }
  const refused = (APP_LOGO: string) => {
    try {
      return read({ APP_LOGO }).pages?.logo
    } catch (error) {
      return error instanceof ConfigError ? error.problems.map(({ variable }) => variable) : error
    }
  }

  it('is a file', () => {
    expect(read({ APP_LOGO: file('logo.svg') }).pages?.logo).toMatchObject({
      type: 'image/svg+xml',
      extension: 'svg',
    })
    expect(read({ APP_LOGO: file('LOGO.PNG') }).pages?.logo).toMatchObject({ type: 'image/png' })
  })

  it('is a path of the same origin', () => {
    expect(read({ APP_LOGO: 'http://localhost:4000/static/logo.svg' }).pages?.logo).toBe('/static/logo.svg')
    const APP_URL = 'https://app.example.com'
    expect(read({ APP_URL, APP_LOGO: `${APP_URL}/logo.svg` }).pages?.logo).toBe('/logo.svg')
  })

  it('is refused as another type, a missing or large file, or a URL of another origin', () => {
    for (const value of [
      join(folder, 'missing.svg'),
      file('logo.html'),
      file('logo'),
      file('large.png', 200_001),
      'https://evil.example/logo.svg',
      'http://localhost:4001/logo.svg',
      'data:image/svg+xml,<svg/>',
    ])
      expect([value, refused(value)]).toEqual([value, ['APP_LOGO']])
  })
})
