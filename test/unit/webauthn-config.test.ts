import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/config/config-error.ts'
import { configWarnings } from '../../src/config/config-warnings.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Environment } from '../../src/config/variable.ts'

const secrets = {
  MASTER_KEY: Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64'),
  REFRESH_PEPPERS: 'a:0123456789abcdefghijklmnopqrstuvwxyz',
}
const read = (env: Environment) => readConfig({ ...secrets, ...env }, { cpus: 8 }).webauthn
const warned = (env: Environment) =>
  configWarnings(readConfig({ ...secrets, ...env }, { cpus: 8 })).filter(
    ({ variable, message }) => variable === 'WEBAUTHN_RP_ID' || message.includes('passkeys'),
  )
const invalid = (env: Environment) => {
  try {
    read(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ variable }) => variable)
    throw error
  }
  return []
}

describe('WEBAUTHN_RP_ID', () => {
  it.each([
    ['https://auth.example.com', 'https://auth.example.com', 'auth.example.com'],
    ['https://auth.example.com', 'https://example.com/app', 'example.com'],
    ['https://example.com', 'https://app.example.com', 'example.com'],
    ['https://auth.example.com', 'https://app.example.com', 'auth.example.com'],
    ['https://auth.example.com', 'https://le.com', 'auth.example.com'],
    ['http://localhost:4000', 'http://localhost:5173', 'localhost'],
  ])('is, with PUBLIC_URL %s and APP_URL %s, %s by default', (PUBLIC_URL, APP_URL, id) => {
    expect(read({ PUBLIC_URL, APP_URL }).id).toBe(id)
  })

  it('is a domain name, in lower case', () => {
    expect(read({ WEBAUTHN_RP_ID: 'Example.COM' }).id).toBe('example.com')
    for (const WEBAUTHN_RP_ID of [
      'com',
      '10.0.0.1',
      '::1',
      'https://example.com',
      'example.com:443',
      'a_b.com',
      '*.example.com',
    ])
      expect(invalid({ WEBAUTHN_RP_ID }), WEBAUTHN_RP_ID).toEqual(['WEBAUTHN_RP_ID'])
  })

  it('causes a warning for an IP address, and for an origin that another host would have to publish', () => {
    expect(warned({ PUBLIC_URL: 'http://127.0.0.1:4000' })).toMatchObject([{ variable: 'PUBLIC_URL' }])
    const PUBLIC_URL = 'https://auth.example.com'
    const APP_URL = 'https://app.example.org'
    expect(warned({ PUBLIC_URL, APP_URL })).toEqual([])
    expect(warned({ PUBLIC_URL, APP_URL, WEBAUTHN_RP_ID: 'example.com' })).toEqual([
      {
        variable: 'WEBAUTHN_RP_ID',
        message: expect.stringContaining('https://app.example.org'),
      },
    ])
  })
})

describe('WEBAUTHN_ORIGINS', () => {
  it('is the origins of PUBLIC_URL and APP_URL by default, without those that are not encrypted', () => {
    const PUBLIC_URL = 'https://auth.example.com'
    expect(read({ PUBLIC_URL, APP_URL: 'https://example.com/app' }).origins).toEqual([
      'https://auth.example.com',
      'https://example.com',
    ])
    expect(read({ PUBLIC_URL, APP_URL: 'http://app.example.com' }).origins).toEqual([PUBLIC_URL])
    expect(read({}).origins).toEqual(['http://localhost:4000'])
  })

  it('is a list of https origins, loopback origins and Android applications', () => {
    const android = `android:apk-key-hash:${'A'.repeat(43)}`
    const list = `https://App.example.com:443, http://localhost:5173,${android}`
    expect(read({ WEBAUTHN_ORIGINS: list }).origins).toEqual([
      'https://app.example.com',
      'http://localhost:5173',
      android,
    ])
    for (const WEBAUTHN_ORIGINS of [
      'http://app.example.com',
      'https://app.example.com/path',
      'null',
      '*',
      'android:apk-key-hash:x',
    ])
      expect(invalid({ WEBAUTHN_ORIGINS }), WEBAUTHN_ORIGINS).toEqual(['WEBAUTHN_ORIGINS'])
  })
})
