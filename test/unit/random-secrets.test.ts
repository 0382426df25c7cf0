import { describe, expect, it } from 'vitest'
import { newApiKeySecret } from '../../src/domain/api-keys/api-key.ts'
import { newPasskeyChallenge } from '../../src/domain/factors/passkey-ceremony.ts'
import { newRememberedDevice } from '../../src/domain/factors/remembered-device.ts'
import { newSignInChallenge } from '../../src/domain/factors/sign-in-challenge.ts'
import { generateTotpSecret } from '../../src/domain/factors/totp.ts'
import { newOneTimeToken } from '../../src/domain/one-time-tokens/one-time-token.ts'
import { generatePhoneCode } from '../../src/domain/phone-codes/phone-code.ts'
import { firstOfNewFamily } from '../../src/domain/tokens/refresh-token.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { ManualClock } from '../support/manual-clock.ts'

const clock = new ManualClock()
const deps = { clock, ids: createIds(clock) }
const userId = deps.ids.next()

function challenge() {
  return newSignInChallenge(deps, {
    userId,
    tenantId: userId,
    kind: 'SECOND_STEP',
    deviceDigest: new Uint8Array(32),
    tokenVersion: 1,
    amr: ['pwd'],
    transport: 'COOKIE',
    rememberMe: false,
    signIn: {
      identifier: 'ada@example.com',
      deviceName: null,
      browser: null,
      os: null,
      fingerprint: null,
      deviceId: null,
      deviceEpoch: 1,
      attemptEpoch: 1,
      failedAttempts: 0,
      stuffing: false,
      spraying: false,
    },
    passkeyChallenge: null,
    lifeMs: 1000,
  })
}

const bytesOf = (text: string | null) => Buffer.from(text ?? '', 'base64url')
/** The random bytes of a token: without its prefix of four characters. */
const withoutKind = (token: string) => bytesOf(token.slice('gh?_'.length))

const generators: readonly (readonly [name: string, bytes: number, generate: () => Uint8Array])[] = [
  ['the family of refresh tokens', 16, () => firstOfNewFamily().family],
  [
    'the token of a mailed link',
    32,
    () => withoutKind(newOneTimeToken(deps, { purpose: 'RESET_PASSWORD', userId, lifeSeconds: 60 }).secret),
  ],
  ['the token of a challenge', 32, () => withoutKind(challenge().token)],
  ['the cookie of a challenge', 32, () => bytesOf(challenge().cookie)],
  [
    'the secret of a remembered device',
    32,
    () => withoutKind(newRememberedDevice(deps, { userId, days: 1 }).secret),
  ],
  ['an API key', 32, () => withoutKind(newApiKeySecret().secret.reveal())],
  ['the challenge of a passkey', 32, () => newPasskeyChallenge()],
  ['the secret of an authenticator app', 20, () => generateTotpSecret()],
]

describe('a secret', () => {
  it.each(generators)('has random bits in every byte: %s', (_name, bytes, generate) => {
    const secrets = Array.from({ length: 300 }, () => generate())
    expect(new Set(secrets.map(({ length }) => length))).toEqual(new Set([bytes]))
    // Of 256 values, 300 random bytes have about 177.
    for (let place = 0; place < bytes; place += 1)
      expect(new Set(secrets.map((secret) => secret[place])).size).toBeGreaterThan(128)
  })

  it('of six digits has a random digit in every place', () => {
    const codes = Array.from({ length: 500 }, () => generatePhoneCode())
    for (let place = 0; place < 6; place += 1)
      expect(new Set(codes.map((code) => code.charAt(place))).size).toBe(10)
  })
})
