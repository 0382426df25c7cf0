import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { AccessTokenIssuer } from '../../src/domain/tokens/access-token-issuer.ts'
import { isSignedBy } from '../../src/domain/tokens/jws-signature.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { systemClock } from '../../src/lib/time/clock.ts'

const settings = {
  issuer: 'https://auth.example',
  audience: 'api',
  clientId: 'web',
  accessTokenSeconds: 900,
  claims: [],
}
const pairs = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
}

const issue = (algorithm: keyof typeof pairs, claims = {}) => {
  const current = { kid: 'first', algorithm, privateKey: pairs[algorithm].privateKey }
  const issuer = new AccessTokenIssuer({
    keys: { current },
    settings,
    clock: systemClock,
    ids: createIds(systemClock),
  })
  return issuer.issue({
    userId: randomUUID(),
    tenantId: randomUUID(),
    sessionId: randomUUID(),
    tokenVersion: 3,
    role: 'USER',
    permissions: ['posts:read', 'posts:write'],
    accessRoles: [],
    accessVersion: null,
    claims,
    generation: 0,
    amr: ['pwd'],
    assuranceLevel: 'AAL1',
    authTime: new Date(),
    secondFactorAt: null,
    sessionEndsAt: new Date(Date.now() + 3_600_000),
  })
}

describe.each(['RS256', 'ES256', 'EdDSA'] as const)('a token that %s signs', (algorithm) => {
  const { publicKey } = pairs[algorithm]

  it('is one that jose verifies, whatever its claims contain', async () => {
    const { token } = await issue(algorithm, { 'https://acme.example/name': 'Zoë "Z" \u{1f511} \\' })
    const { issuer, audience } = settings
    const { payload, protectedHeader } = await jwtVerify(token, publicKey, {
      issuer,
      audience,
      typ: 'at+jwt',
    })
    expect(protectedHeader).toEqual({ alg: algorithm, typ: 'at+jwt', kid: 'first' })
    expect(payload).toMatchObject({
      'https://acme.example/name': 'Zoë "Z" \u{1f511} \\',
      scope: 'posts:read posts:write',
      ver: 3,
    })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900)
  })

  it('is not signed by the key any more once a character has changed', async () => {
    const { token } = await issue(algorithm)
    const key = { kid: 'first', algorithm, publicKey }
    expect(isSignedBy(key, token)).toBe(true)
    const [head = '', body = '', signature = ''] = token.split('.')
    const other = body.startsWith('A') ? `B${body.slice(1)}` : `A${body.slice(1)}`
    expect(isSignedBy(key, `${head}.${other}.${signature}`)).toBe(false)
  })
})
