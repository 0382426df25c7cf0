import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { VerificationKey } from '../../src/domain/keys/signing-key.ts'
import { AccessTokenVerifier } from '../../src/domain/tokens/access-token-verifier.ts'
import { VerifiedTokens } from '../../src/domain/tokens/verified-tokens.ts'
import { ManualClock } from '../support/manual-clock.ts'

const settings = {
  issuer: 'https://auth.example',
  audience: 'api',
  clientId: 'api',
  accessTokenSeconds: 900,
  claims: [],
}
const pairs = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
}

function scene(algorithm: keyof typeof pairs = 'ES256') {
  const clock = new ManualClock()
  const { publicKey, privateKey } = pairs[algorithm]
  const key: VerificationKey = { kid: 'first', algorithm, publicKey }
  const keys = { held: true, lookUps: 0 }
  const verifier = new AccessTokenVerifier({
    keys: {
      find: async () => {
        keys.lookUps += 1
        return keys.held ? key : null
      },
      holds: (one) => keys.held && one === key,
    },
    settings,
    clock,
  })
  const issue = (claims: object = {}) => {
    const now = Math.floor(clock.now().getTime() / 1000)
    const all = {
      iss: settings.issuer,
      aud: settings.audience,
      ...{ sub: randomUUID(), sid: randomUUID(), tid: randomUUID(), jti: randomUUID() },
      ...{ iat: now, exp: now + 900, ver: 0, auth_time: now, role: 'USER', amr: ['pwd'] },
      ...claims,
    }
    const parts = [{ alg: algorithm, typ: 'at+jwt', kid: key.kid }, all]
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    const digest = algorithm === 'EdDSA' ? null : 'sha256'
    const how = { key: privateKey, dsaEncoding: 'ieee-p1363' as const }
    return `${text}.${sign(digest, Buffer.from(text), how).toString('base64url')}`
  }
  return { clock, keys, verifier, issue }
}

describe('a token that was verified before', () => {
  it.each(['RS256', 'ES256', 'EdDSA'] as const)(
    'is accepted again without its key: %s',
    async (algorithm) => {
      const { keys, verifier, issue } = scene(algorithm)
      const token = issue()
      const first = await verifier.verify(token)
      expect([first.rejection, keys.lookUps]).toEqual([null, 1])
      expect(await verifier.verify(token)).toEqual(first)
      expect(keys.lookUps).toBe(1)
    },
  )

  it('is EXPIRED 5 s after its expiry, and stays so', async () => {
    const { clock, verifier, issue } = scene()
    const token = issue()
    expect((await verifier.verify(token)).rejection).toBeNull()
    clock.advance(904)
    expect((await verifier.verify(token)).rejection).toBeNull()
    clock.advance(2)
    for (let call = 0; call < 2; call += 1) {
      const { claims, rejection } = await verifier.verify(token)
      expect([rejection, claims === null]).toEqual(['EXPIRED', false])
    }
  })

  it('is NOT_YET_VALID if the clock was set back', async () => {
    const { clock, verifier, issue } = scene()
    const now = Math.floor(clock.now().getTime() / 1000)
    for (const token of [issue(), issue({ iat: now - 60, nbf: now })]) {
      expect((await verifier.verify(token)).rejection).toBeNull()
      clock.jump(-30)
      expect((await verifier.verify(token)).rejection).toBe('NOT_YET_VALID')
      clock.jump(30)
      expect((await verifier.verify(token)).rejection).toBeNull()
    }
  })

  it('is refused once its key is removed or replaced', async () => {
    const { keys, verifier, issue } = scene()
    const token = issue()
    expect((await verifier.verify(token)).rejection).toBeNull()
    keys.held = false
    expect((await verifier.verify(token)).rejection).toBe('BAD_SIGNATURE')
    keys.held = true
    expect((await verifier.verify(token)).rejection).toBeNull()
    expect(keys.lookUps).toBe(3)
  })

  it('does not vouch for a token with another signature or other claims', async () => {
    const { verifier, issue } = scene()
    const token = issue()
    expect((await verifier.verify(token)).rejection).toBeNull()
    const [header, , signature] = token.split('.')
    const [, otherClaims, otherSignature] = issue({ role: 'ADMIN' }).split('.')
    for (const text of [
      `${token.slice(0, token.lastIndexOf('.'))}.${otherSignature}`,
      `${header}.${otherClaims}.${signature}`,
    ])
      expect((await verifier.verify(text)).rejection).toBe('BAD_SIGNATURE')
  })
})

describe('the memory of verified tokens', () => {
  it('is bounded: the token that was added first is forgotten', async () => {
    const { verifier, issue, clock } = scene()
    const { claims } = await verifier.verify(issue())
    if (claims === null) throw new Error('The token was refused.')
    const key: VerificationKey = { kid: 'first', algorithm: 'ES256', publicKey: pairs.ES256.publicKey }
    const tokens = new VerifiedTokens()
    for (let count = 0; count < 10_050; count += 1)
      tokens.add(String(count), { claims, notBefore: clock.now().getTime(), key })
    expect([tokens.size, tokens.find('49'), tokens.find('10049')?.claims]).toEqual([10_000, null, claims])
  })
})
