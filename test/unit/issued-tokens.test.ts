import { randomUUID } from 'node:crypto'
import { jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { AesSealer } from '../../src/adapters/crypto/aes-sealer.ts'
import { generateSigningKey } from '../../src/domain/keys/key-generation.ts'
import { openKey } from '../../src/domain/keys/key-opening.ts'
import type { CurrentKey, SigningAlgorithm } from '../../src/domain/keys/signing-key.ts'
import { AccessTokenIssuer } from '../../src/domain/tokens/access-token-issuer.ts'
import { isSignedBy } from '../../src/domain/tokens/jws-signature.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { systemClock } from '../../src/lib/time/clock.ts'

const settings = {
  issuer: 'https://auth.example',
  audience: 'api',
  clientId: 'web',
  accessTokenSeconds: 900,
  claims: [],
}
/** As a service generates and stores its keys. */
async function openNewKey(algorithm: SigningAlgorithm) {
  const sealer = new AesSealer(new Secret(Buffer.alloc(32, 1).toString('base64')))
  const stored = await generateSigningKey(
    { algorithm, rsaKeyBits: 2048, now: new Date(), state: 'CURRENT' },
    sealer,
  )
  return openKey(stored, sealer)
}

const issue = (current: CurrentKey, claims = {}) => {
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
  let key: Awaited<ReturnType<typeof openNewKey>>
  beforeAll(async () => {
    key = await openNewKey(algorithm)
  })

  it('is one that jose verifies, whatever its claims contain', async () => {
    const { token } = await issue(key, { 'https://acme.example/name': 'Zoë "Z" \u{1f511} \\' })
    const { issuer, audience } = settings
    const { payload, protectedHeader } = await jwtVerify(token, key.publicKey, {
      issuer,
      audience,
      typ: 'at+jwt',
    })
    expect(protectedHeader).toEqual({ alg: algorithm, typ: 'at+jwt', kid: key.kid })
    expect(payload).toMatchObject({
      'https://acme.example/name': 'Zoë "Z" \u{1f511} \\',
      scope: 'posts:read posts:write',
      ver: 3,
    })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900)
  })

  it('is not signed by the key any more once a character has changed', async () => {
    const { token } = await issue(key)
    expect(isSignedBy(key, token)).toBe(true)
    const [head = '', body = '', signature = ''] = token.split('.')
    const other = body.startsWith('A') ? `B${body.slice(1)}` : `A${body.slice(1)}`
    expect(isSignedBy(key, `${head}.${other}.${signature}`)).toBe(false)
  })
})
