import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/config/config-error.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { fitTokenAccess } from '../../src/domain/access/fit-token-access.ts'
import { accessBytes, maxTokenLength } from '../../src/domain/access/token-bounds.ts'
import { unmappableKeys } from '../../src/domain/tokens/mapped-claim.ts'
import { tokenRoomBytes } from '../../src/domain/tokens/token-room.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'

const settings = {
  issuer: 'https://auth.example.com',
  audience: 'gatehouse',
  clientId: 'gatehouse',
  accessTokenSeconds: 900,
  claims: [],
}

describe('tokenRoomBytes', () => {
  it.each([
    { algorithm: 'RS256', rsaKeyBits: 2048, room: [1850, 2000] },
    { algorithm: 'RS256', rsaKeyBits: 4096, room: [1600, 1750] },
    { algorithm: 'ES256', rsaKeyBits: 2048, room: [2000, 2200] },
  ] as const)('depends on the signature ($algorithm, $rsaKeyBits)', ({ room: [min, max], ...key }) => {
    const room = tokenRoomBytes({ ...settings, ...key }, maxTokenLength)
    expect(room).toBeGreaterThanOrEqual(min)
    expect(room).toBeLessThanOrEqual(max)
  })

  it('leaves room for mapped claims with the longest settings', () => {
    const long = 'x'.repeat(255)
    const longest = { ...settings, issuer: long, audience: long, clientId: long }
    expect(
      tokenRoomBytes({ ...longest, algorithm: 'RS256', rsaKeyBits: 4096 }, maxTokenLength),
    ).toBeGreaterThan(900)
  })
})

describe('fitTokenAccess', () => {
  const roles = ['a', 'b', 'c'].map((name) => ({ name, permissions: ['posts:read', `${name}:write`] }))
  const wanted = {
    builtInPermissions: ['users:read'],
    access: { version: 3, roles },
    claims: { 'x:1': 1, 'x:2': 2 },
  }
  const sizeOf = (fitted: ReturnType<typeof fitTokenAccess>) =>
    accessBytes({ ...fitted, roles: fitted.access?.roles.map(({ name }) => name) ?? [] })

  it('keeps everything that fits', () => {
    const fitted = fitTokenAccess(wanted, 2000)
    expect(fitted.permissions).toEqual(['users:read', 'a:write', 'b:write', 'c:write', 'posts:read'])
    expect(fitted).toMatchObject({
      access: wanted.access,
      claims: wanted.claims,
      leftOut: { claims: [], roles: [] },
    })
  })

  it('leaves out claims from the last to the first, then roles, never built-in permissions', () => {
    const full = sizeOf(fitTokenAccess(wanted, 2000))
    expect(fitTokenAccess(wanted, full - 1).leftOut).toEqual({ claims: ['x:2'], roles: [] })
    const two = fitTokenAccess(wanted, full - 20)
    expect(two.leftOut).toEqual({ claims: ['x:2', 'x:1'], roles: ['c'] })
    expect(two.permissions).toEqual(['users:read', 'a:write', 'b:write', 'posts:read'])
    const none = fitTokenAccess(wanted, 0)
    expect(none).toMatchObject({ permissions: ['users:read'], access: null, claims: {} })
    for (let bytes = 35; bytes < full; bytes += 1)
      expect(sizeOf(fitTokenAccess(wanted, bytes))).toBeLessThanOrEqual(Math.max(bytes, sizeOf(none)))
  })
})

describe('TOKEN_CLAIMS', () => {
  const read = (TOKEN_CLAIMS: string) => {
    const generateSecrets = () => ({ masterKey: new Secret(''), refreshPeppers: [] })
    return readConfig({ TOKEN_CLAIMS }, { generateSecrets }).tokens.claims
  }

  it('is a list of absolute URIs and members of the metadata', () => {
    expect(read('https://acme.example/plan=plan, urn:acme:x=y')).toEqual([
      { claim: 'https://acme.example/plan', key: 'plan' },
      { claim: 'urn:acme:x', key: 'y' },
    ])
  })

  it.each([
    'plan',
    'plan=plan',
    'sub=plan',
    'iss=plan',
    '/plan=plan',
    '//acme.example/plan=plan',
    'urn:ietf:params:x=plan',
    'https://acme.example/plan=',
    'https://acme.example/plan=a.b',
    'https://acme.example/ plan=plan',
    'https://acme.example/plan=a,https://acme.example/plan=b',
    Array.from({ length: 21 }, (_, one) => `x:${one}=k`).join(),
    `https://acme.example/${'x'.repeat(600)}=k`,
  ])('refuses %s', (text) => {
    expect(() => read(text)).toThrow(ConfigError)
  })
})

describe('unmappableKeys', () => {
  it('names members whose values no claim can carry', () => {
    const claims = ['a', 'b', 'c', 'd', 'e', 'f', '__proto__'].map((key) => ({ claim: `x:${key}`, key }))
    const metadata = {
      a: {},
      b: ['x'.repeat(257)],
      c: Array.from({ length: 21 }, () => ''),
      d: [1],
      e: 'ok',
      f: null,
      g: {},
    }
    expect(unmappableKeys(claims, metadata)).toEqual(['a', 'b', 'c', 'd'])
  })
})
