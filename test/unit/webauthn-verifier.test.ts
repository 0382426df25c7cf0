import { describe, expect, it } from 'vitest'
import { SimplewebauthnVerifier } from '../../src/adapters/webauthn/simplewebauthn-verifier.ts'
import type { VerifiedRegistration } from '../../src/domain/factors/webauthn-verifier.ts'
import { type Flaws, SoftwareAuthenticator } from '../support/software-authenticator.ts'
import { crossOriginEs256, noneEs256, packedEd25519, packedSelfEs256 } from '../support/webauthn-vectors.ts'

const origin = 'https://example.org'
const verifier = new SimplewebauthnVerifier({
  id: 'example.org',
  origins: [origin, 'https://app.example.org'],
})
const base64url = (hex: string) => Buffer.from(hex, 'hex').toString('base64url')
const challenge = base64url('00'.repeat(32))
const creation = { challenge, rp: { id: 'example.org' }, user: { id: 'AAAA' } }
const request = { challenge, rpId: 'example.org' }

async function register(authenticator: SoftwareAuthenticator, flaws: Flaws = {}) {
  const { id, response } = authenticator.create(creation, flaws)
  return verifier.verifyRegistration({ id, ...response }, challenge)
}

async function registered(authenticator: SoftwareAuthenticator): Promise<VerifiedRegistration> {
  const verified = await register(authenticator)
  if (verified.rejection !== null) throw new Error(verified.rejection)
  return verified
}

async function assert(authenticator: SoftwareAuthenticator, flaws: Flaws = {}) {
  const { publicKey } = await registered(authenticator)
  const { id, response } = authenticator.get(request, flaws)
  return verifier.verifyAssertion({ id, ...response }, challenge, publicKey)
}

const forgeries: readonly [string, Flaws, RegExp][] = [
  ['another origin', { origin: 'https://example.org.evil.test' }, /origin/],
  ['another scheme', { origin: 'http://example.org' }, /origin/],
  ['another port', { origin: 'https://example.org:8443' }, /origin/],
  ['another RP id', { rpId: 'evil.test' }, /RP ?ID/i],
  ['another challenge', { challenge: base64url('01'.repeat(32)) }, /challenge/],
  ['no user verification', { unverified: true }, /verif/],
  ['no user presence', { absent: true }, /present|presence/],
  ['a frame of another site', { crossOrigin: true }, /frame/],
]

describe('verifyRegistration', () => {
  it('returns what is stored of the passkey', async () => {
    const synced = new SoftwareAuthenticator(origin, {
      aaguid: 'bada5566-a7aa-401f-bd96-45619a55120d',
      synced: true,
    })
    expect(await register(synced)).toMatchObject({
      rejection: null,
      credentialId: new Uint8Array(Buffer.from(synced.credentialId, 'base64url')),
      signCount: 0,
      aaguid: 'bada5566-a7aa-401f-bd96-45619a55120d',
      backedUp: true,
    })
    const key = new SoftwareAuthenticator('https://app.example.org', { counts: true })
    expect(await register(key)).toMatchObject({
      rejection: null,
      signCount: 1,
      aaguid: null,
      backedUp: false,
    })
  })

  it.each([
    ...forgeries,
    ['the type of an assertion', { type: 'webauthn.get' }, /type/],
    ['an algorithm that was not offered', { algorithm: -47 }, /alg/],
    ['an attestation that names a certificate authority', { attestationFormat: 'tpm' }, /tpm/],
  ] satisfies [string, Flaws, RegExp][])('refuses %s', async (_flaw, flaws, rejection) => {
    expect(await register(new SoftwareAuthenticator(origin), flaws)).toEqual({
      rejection: expect.stringMatching(rejection),
    })
  })

  it('refuses another credential id than that of the authenticator data, and one of more than 1023 bytes', async () => {
    const { response } = new SoftwareAuthenticator(origin).create(creation)
    expect(await verifier.verifyRegistration({ id: 'AAAA', ...response }, challenge)).toMatchObject({
      rejection: expect.stringContaining('differs'),
    })
    const long = new SoftwareAuthenticator(origin, {
      credentialId: Buffer.alloc(1024, 7).toString('base64url'),
    })
    expect(await register(long)).toMatchObject({ rejection: expect.stringContaining('too long') })
  })

  it('refuses rubbish without throwing, in a short text', async () => {
    for (const rubbish of ['', 'AAAA', base64url('ff'.repeat(40)), 'x'.repeat(15_000)]) {
      const response = { id: 'AAAA', clientDataJSON: rubbish, attestationObject: rubbish }
      const { rejection } = await verifier.verifyRegistration(response, challenge)
      expect(rejection?.length).toBeLessThanOrEqual(300)
    }
  })
})

describe('verifyAssertion', () => {
  it('returns the counter and the backup state, and leaves the judgement of the counter to the caller', async () => {
    const authenticator = new SoftwareAuthenticator(origin, { counts: true, synced: true })
    expect(await assert(authenticator)).toEqual({ rejection: null, signCount: 2, backedUp: true })
    expect(await assert(authenticator, { counter: 1 })).toEqual({
      rejection: null,
      signCount: 1,
      backedUp: true,
    })
  })

  it.each([
    ...forgeries,
    ['the type of a registration', { type: 'webauthn.create' }, /type/],
    ['the signature of another key', { signedBy: new SoftwareAuthenticator(origin) }, /signature/],
  ] satisfies [string, Flaws, RegExp][])('refuses %s', async (_flaw, flaws, rejection) => {
    expect(await assert(new SoftwareAuthenticator(origin), flaws)).toEqual({
      rejection: expect.stringMatching(rejection),
    })
  })

  it('refuses rubbish without throwing', async () => {
    const { publicKey } = await registered(new SoftwareAuthenticator(origin))
    for (const rubbish of ['', 'AAAA', base64url('ff'.repeat(40))]) {
      const response = { id: 'AAAA', clientDataJSON: rubbish, authenticatorData: rubbish, signature: rubbish }
      expect((await verifier.verifyAssertion(response, challenge, publicKey)).rejection).not.toBeNull()
    }
  })
})

describe('the examples of WebAuthn Level 3', () => {
  const registration = (vector: {
    readonly challenge: string
    readonly credentialId: string
    readonly clientDataJSON: string
    readonly attestationObject: string
  }) =>
    verifier.verifyRegistration(
      {
        id: base64url(vector.credentialId),
        clientDataJSON: base64url(vector.clientDataJSON),
        attestationObject: base64url(vector.attestationObject),
      },
      base64url(vector.challenge),
    )

  it('accepts self attestation (16.3)', async () => {
    expect(await registration(packedSelfEs256)).toMatchObject({
      rejection: null,
      credentialId: new Uint8Array(Buffer.from(packedSelfEs256.credentialId, 'hex')),
      aaguid: packedSelfEs256.aaguid,
      backedUp: true,
    })
  })

  it('refuses a registration and an assertion without user verification (16.2, 16.3)', async () => {
    expect(await registration(noneEs256)).toEqual({
      rejection: expect.stringMatching(/could not be verified/),
    })
    const verified = await registration(packedSelfEs256)
    if (verified.rejection !== null) throw new Error(verified.rejection)
    const { challenge, ...response } = packedSelfEs256.assertion
    const assertion = {
      id: base64url(packedSelfEs256.credentialId),
      clientDataJSON: base64url(response.clientDataJSON),
      authenticatorData: base64url(response.authenticatorData),
      signature: base64url(response.signature),
    }
    expect(await verifier.verifyAssertion(assertion, base64url(challenge), verified.publicKey)).toEqual({
      rejection: expect.stringMatching(/could not be verified/),
    })
  })

  it('refuses responses from frames of other sites (16.4)', async () => {
    const { challenge, publicKey, credentialId, ...response } = crossOriginEs256
    const assertion = {
      id: base64url(credentialId),
      clientDataJSON: base64url(response.clientDataJSON),
      authenticatorData: base64url(response.authenticatorData),
      signature: base64url(response.signature),
    }
    const key = new Uint8Array(Buffer.from(publicKey, 'hex'))
    expect(await verifier.verifyAssertion(assertion, base64url(challenge), key)).toEqual({
      rejection: expect.stringContaining('frame'),
    })
  })

  it('refuses an attestation with certificates (16.11), without following the addresses in them', async () => {
    expect(await registration(packedEd25519)).toEqual({ rejection: expect.stringContaining('packed') })
  })
})
