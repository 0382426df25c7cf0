import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { userHandleOf } from '../../src/domain/factors/passkey.ts'
import { mailsTo } from '../support/mails.ts'
import { clientOperation } from '../support/operations.ts'
import {
  addPasskey,
  askFinishRegistration,
  askRegister,
  askStartRegistration,
  newAuthenticator,
  stepUp,
} from '../support/passkeys.ts'
import { askAs, type SignedIn, signUp } from '../support/people.ts'
import { auditOf } from '../support/rows.ts'
import { type Flaws, SoftwareAuthenticator } from '../support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const authFactorsDocument = clientOperation('AuthFactors')
const renameDocument = clientOperation('RenamePasskey')
const removeDocument = clientOperation('RemovePasskey')

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const passkeysOf = (userId: string) =>
  test.database.client.passkey.findMany({ where: { userId, removedAt: null }, orderBy: { id: 'asc' } })
const logged = (reason: string) =>
  test.log.some((line) => line.includes('a passkey was refused') && line.includes(reason))
const remove = (viewer: Pick<SignedIn, 'accessToken'>, passkeyId: string) =>
  askAs(test, viewer, removeDocument, { input: { passkeyId } })
const rename = (viewer: Pick<SignedIn, 'accessToken'>, passkeyId: string, name: string) =>
  askAs(test, viewer, renameDocument, { input: { passkeyId, name } })

describe('startPasskeyRegistration', () => {
  it('returns options for a discoverable passkey with user verification, and writes nothing', async () => {
    const ada = await signUp(test.actor(), { username: `ada${randomUUID().slice(0, 8)}` })
    const { __typename, ceremonyToken, options, expiresAt } = await askStartRegistration(test, ada)
    expect(__typename).toBe('StartPasskeyRegistrationSuccess')
    expect(ceremonyToken).toMatch(/^ghw_/)
    expect(new Date(expiresAt).getTime() - test.clock.now().getTime()).toBe(5 * 60_000)
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'Gatehouse' },
      user: { id: userHandleOf(ada.userId), name: ada.email, displayName: expect.stringMatching(/^ada/) },
      pubKeyCredParams: [{ alg: -7 }, { alg: -8 }, { alg: -257 }],
      timeout: 300_000,
      excludeCredentials: [],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
    })
    expect(Buffer.from(options.challenge, 'base64url')).toHaveLength(32)
    expect(ceremonyToken).not.toContain(options.challenge)
    expect(await test.database.client.usedCeremony.count()).toBe(0)
    expect((await askStartRegistration(test, ada)).options.challenge).not.toBe(options.challenge)
  })

  it('requires recent reauthentication, and a second factor if the account has one', async () => {
    const ada = await signUp(test.actor())
    await addPasskey(test, ada)
    expect(await askStartRegistration(test, ada)).toMatchObject({
      __typename: 'ReauthenticationRequiredProblem',
    })
    const { options } = await askStartRegistration(test, await stepUp(test, ada))
    expect(options.excludeCredentials).toHaveLength(1)
  })
})

describe('finishPasskeyRegistration', () => {
  it('registers a passkey, lists it, audits it and mails the owner a link that takes it back', async () => {
    const ada = await signUp(test.actor())
    const authenticator = newAuthenticator(test, {
      aaguid: 'bada5566-a7aa-401f-bd96-45619a55120d',
      synced: true,
    })
    const registered = await askRegister(test, ada, authenticator, { name: '  Blue key ' })
    expect(registered).toMatchObject({
      __typename: 'FinishPasskeyRegistrationSuccess',
      passkey: { name: 'Blue key', provider: '1Password', backedUp: true, lastUsedAt: null },
    })
    const [row] = await passkeysOf(ada.userId)
    expect(row).toMatchObject({ rpId: 'localhost', transports: ['hybrid', 'internal'], signCount: 0n })
    expect(await askAs(test, ada, authFactorsDocument, {})).toEqual({
      totp: null,
      recoveryCodesLeft: 0,
      passkeys: [registered.passkey],
      secondStepRequired: false,
      required: false,
      enrolBy: null,
      rememberedDevices: 0,
    })
    const events = (await auditOf(test.database, ada.userId)).filter(({ type }) => type === 'FACTOR_ADDED')
    expect(events).toMatchObject([
      { sessionId: ada.sessionId, details: { factor: 'PASSKEY', factorId: registered.passkey.id } },
    ])
    const links = (await mailsTo(test, ada.email)).flatMap((mail) => mail.links)
    expect(links.filter((link) => link.includes('undo-factor-change'))).toHaveLength(1)
  })

  it('names a passkey after its provider, or Passkey', async () => {
    const ada = await signUp(test.actor())
    const apple = newAuthenticator(test, { aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd' })
    expect((await askRegister(test, ada, apple)).passkey).toMatchObject({ name: 'iCloud Keychain' })
    const viewer = await stepUp(test, ada)
    expect((await askRegister(test, viewer, newAuthenticator(test))).passkey).toMatchObject({
      name: 'Passkey',
      provider: null,
    })
  })

  it.each<[string, Flaws, string]>([
    ['another origin', { origin: 'https://evil.test' }, 'origin'],
    ['another RP id', { rpId: 'evil.test' }, 'RP ID'],
    ['another challenge', { challenge: 'AAAA' }, 'challenge'],
    ['another type', { type: 'webauthn.get' }, 'type'],
    ['another algorithm', { algorithm: -47 }, 'alg'],
    ['no user verification', { unverified: true }, 'verified'],
  ])('refuses %s: one answer, the reason in the log, no change', async (_flaw, flaws, reason) => {
    const ada = await signUp(test.actor())
    const result = await askRegister(test, ada, newAuthenticator(test), { flaws })
    expect(result).toEqual({
      __typename: 'InvalidPasskeyProblem',
      code: 'INVALID_PASSKEY',
      message: 'The passkey could not be verified. Try again, or use another way to sign in.',
    })
    expect(logged(reason)).toBe(true)
    expect(await passkeysOf(ada.userId)).toEqual([])
    expect((await auditOf(test.database, ada.userId)).map(({ type }) => type)).not.toContain('FACTOR_ADDED')
  })

  it('uses a ceremony once, of 20 calls at once', async () => {
    const ada = await signUp(test.actor())
    const { ceremonyToken, options } = await askStartRegistration(test, ada)
    const responses = Array.from({ length: 20 }, () => newAuthenticator(test).create(options))
    const results = await Promise.all(
      responses.map((response) => askFinishRegistration(test, ada, { ceremonyToken, response })),
    )
    const types = results.map(({ __typename }) => __typename)
    expect(types.filter((type) => type === 'FinishPasskeyRegistrationSuccess')).toHaveLength(1)
    expect(types.filter((type) => type === 'InvalidPasskeyProblem')).toHaveLength(19)
    expect(await passkeysOf(ada.userId)).toHaveLength(1)
  })

  it('refuses a credential that any account has', async () => {
    const [ada, bob] = [await signUp(test.actor()), await signUp(test.actor())]
    const { authenticator } = await addPasskey(test, ada)
    expect(await askRegister(test, bob, authenticator)).toMatchObject({ code: 'INVALID_PASSKEY' })
    expect(await askRegister(test, await stepUp(test, ada), authenticator)).toMatchObject({
      code: 'INVALID_PASSKEY',
    })
    expect(await passkeysOf(bob.userId)).toEqual([])
  })

  it('refuses the ceremony of another user, an expired one, and any other text', async () => {
    const [ada, bob] = [await signUp(test.actor()), await signUp(test.actor())]
    const { ceremonyToken, options } = await askStartRegistration(test, ada)
    const response = newAuthenticator(test).create(options)
    expect(await askFinishRegistration(test, bob, { ceremonyToken, response })).toMatchObject({
      __typename: 'InvalidTokenProblem',
    })
    const changed = `${ceremonyToken.slice(0, -4)}AAAA`
    for (const token of [changed, 'ghw_', '', 'rubbish', `ghw_${'A'.repeat(5000)}`])
      expect(await askFinishRegistration(test, ada, { ceremonyToken: token, response })).toMatchObject({
        __typename: 'InvalidTokenProblem',
      })
    test.clock.advance(5 * 60)
    expect(await askFinishRegistration(test, ada, { ceremonyToken, response })).toMatchObject({
      __typename: 'InvalidTokenProblem',
    })
  })

  it('reports responses that are too long or malformed as invalid input', async () => {
    const ada = await signUp(test.actor())
    const { ceremonyToken, options } = await askStartRegistration(test, ada)
    const { response, ...envelope } = newAuthenticator(test).create(options)
    const malformed = [
      {},
      { ...envelope },
      { ...envelope, response: {} },
      { ...envelope, id: 'not base64url!', response },
      { ...envelope, type: 'password', response },
      { ...envelope, response: { ...response, clientDataJSON: 7 } },
      { ...envelope, response: { ...response, attestationObject: 'x'.repeat(16_500) } },
    ]
    for (const json of malformed)
      expect(await askFinishRegistration(test, ada, { ceremonyToken, response: json })).toMatchObject({
        __typename: 'AuthInvalidInputProblem',
        issues: expect.arrayContaining([
          expect.objectContaining({ path: expect.arrayContaining(['response']) }),
        ]),
      })
    expect(await passkeysOf(ada.userId)).toEqual([])
  })

  it('keeps an account at 20 passkeys', async () => {
    const ada = await stepUp(test, await signUp(test.actor()))
    const started = await Promise.all(Array.from({ length: 21 }, () => askStartRegistration(test, ada)))
    const finished = await Promise.all(
      started.map(({ ceremonyToken, options }) =>
        askFinishRegistration(test, ada, { ceremonyToken, response: newAuthenticator(test).create(options) }),
      ),
    )
    expect(finished.filter(({ __typename }) => __typename === 'AuthInvalidInputProblem')).toMatchObject([
      { issues: [{ code: 'TOO_MANY_PASSKEYS' }] },
    ])
    expect(await passkeysOf(ada.userId)).toHaveLength(20)
    expect(await askStartRegistration(test, ada)).toMatchObject({ issues: [{ code: 'TOO_MANY_PASSKEYS' }] })
  })

  it('generates recovery codes if a sign-in with the password then requires a second step', async () => {
    const strict = await createTestApp({ env: { MFA: 'required' }, database: test.database })
    const ada = await signUp(strict.actor())
    const { recoveryCodes } = await askRegister(strict, ada, newAuthenticator(strict))
    expect(recoveryCodes).toHaveLength(10)
    expect(recoveryCodes[0]).toMatch(/^1(-[0-9A-Z]{4}){4}$/)
    const second = await askRegister(strict, await stepUp(strict, ada), newAuthenticator(strict))
    expect(second).toMatchObject({ __typename: 'FinishPasskeyRegistrationSuccess', recoveryCodes: null })
    const { recoveryCodesLeft } = await askAs(strict, ada, authFactorsDocument, {})
    expect(recoveryCodesLeft).toBe(10)
    expect((await auditOf(test.database, ada.userId)).map(({ type }) => type)).toContain(
      'RECOVERY_CODES_GENERATED',
    )
    await strict.close()
  })

  it('generates none while passkeys are only a way to sign in', async () => {
    const ada = await signUp(test.actor())
    expect(await askRegister(test, ada, newAuthenticator(test))).toMatchObject({ recoveryCodes: null })
  })

  it('is off with MFA=off', async () => {
    const off = await createTestApp({ env: { MFA: 'off' } })
    const ada = await signUp(off.actor())
    expect(await askStartRegistration(off, ada)).toMatchObject({ issues: [{ code: 'ENROLMENT_OFF' }] })
    await off.close()
  })
})

describe('renamePasskey', () => {
  it('names a passkey of the viewer only', async () => {
    const [ada, bob] = [await signUp(test.actor()), await signUp(test.actor())]
    const { passkeyId } = await addPasskey(test, ada)
    expect(await rename(ada, passkeyId, ' Kitchen key 🍳 ')).toMatchObject({
      passkey: { id: passkeyId, name: 'Kitchen key 🍳' },
    })
    for (const [viewer, id] of [
      [bob, passkeyId],
      [ada, randomUUID()],
      [ada, 'rubbish'],
    ] as const)
      expect(await rename(viewer, id, 'Mine')).toMatchObject({ code: 'NOT_FOUND' })
    expect(await rename(ada, passkeyId, ' ')).toMatchObject({
      issues: [{ path: ['name'], code: 'REQUIRED' }],
    })
    expect(await passkeysOf(ada.userId)).toMatchObject([{ name: 'Kitchen key 🍳' }])
  })
})

describe('removePasskey', () => {
  it('removes the passkey, audits it, mails the owner, and tells browsers which ones are left', async () => {
    const ada = await signUp(test.actor())
    const { passkeyId } = await addPasskey(test, ada)
    const viewer = await stepUp(test, ada)
    const other = await addPasskey(test, viewer)
    expect(await remove(viewer, passkeyId)).toMatchObject({
      __typename: 'RemovePasskeySuccess',
      factors: { passkeys: [{ id: other.passkeyId }] },
      signal: {
        rpId: 'localhost',
        userId: userHandleOf(ada.userId),
        allAcceptedCredentialIds: [other.authenticator.credentialId],
      },
    })
    expect((await auditOf(test.database, ada.userId)).map(({ type }) => type)).toContain('FACTOR_REMOVED')
    const links = (await mailsTo(test, ada.email)).flatMap((mail) => mail.links)
    expect(links.filter((link) => link.includes('undo-factor-change'))).toHaveLength(3)
    expect(await remove(viewer, passkeyId)).toMatchObject({ code: 'NOT_FOUND' })
  })

  it('requires recent proofs of two factors, and changes nothing without', async () => {
    const ada = await signUp(test.actor())
    const { passkeyId } = await addPasskey(test, ada)
    expect(await remove(ada, passkeyId)).toMatchObject({ __typename: 'ReauthenticationRequiredProblem' })
    expect(await passkeysOf(ada.userId)).toHaveLength(1)
  })

  it('reports NOT_FOUND for passkeys of others', async () => {
    const [ada, bob] = [await signUp(test.actor()), await signUp(test.actor())]
    const { passkeyId } = await addPasskey(test, ada)
    expect(await remove(bob, passkeyId)).toMatchObject({ code: 'NOT_FOUND' })
    expect(await passkeysOf(ada.userId)).toHaveLength(1)
  })

  it('ends recovery codes with the last factor', async () => {
    const ada = await signUp(test.actor())
    const { passkeyId } = await addPasskey(test, ada)
    await test.database.client.recoveryCode.create({
      data: { userId: ada.userId, number: 1, hash: 'x', createdAt: new Date() },
    })
    await remove(await stepUp(test, ada), passkeyId)
    expect(await test.database.client.recoveryCode.count({ where: { userId: ada.userId } })).toBe(0)
  })

  it('keeps the last factor of an account whose policy requires one, also of two removals at once', async () => {
    const strict = await createTestApp({ env: { MFA: 'required' }, database: test.database })
    const ada = await signUp(strict.actor())
    const first = await addPasskey(strict, ada)
    const viewer = await stepUp(strict, ada)
    const second = await addPasskey(strict, viewer)
    const results = await Promise.all(
      [first, second].map(({ passkeyId }) => askAs(strict, viewer, removeDocument, { input: { passkeyId } })),
    )
    expect(results.map(({ __typename }) => __typename).sort()).toEqual([
      'FactorRequiredProblem',
      'RemovePasskeySuccess',
    ])
    expect(await passkeysOf(ada.userId)).toHaveLength(1)
    await strict.close()
  })
})

describe('a passkey of another RP id', () => {
  it('is listed, but neither excluded nor signalled', async () => {
    const ada = await signUp(test.actor())
    await addPasskey(test, ada)
    await test.database.client.passkey.updateMany({
      where: { userId: ada.userId },
      data: { rpId: 'old.example.com' },
    })
    const viewer = await stepUp(test, ada)
    expect((await askStartRegistration(test, viewer)).options.excludeCredentials).toEqual([])
    expect((await askAs(test, viewer, authFactorsDocument, {})).passkeys).toHaveLength(1)
  })
})

it('never takes origin or RP id from a header', async () => {
  const ada = await signUp(test.actor())
  const evil = new SoftwareAuthenticator('https://evil.test')
  const headers = {
    host: 'localhost',
    'x-forwarded-host': 'evil.test',
    authorization: `Bearer ${ada.accessToken}`,
  }
  const start = await test.actor(headers).ask(clientOperation('StartPasskeyRegistration'), {})
  expect(start.data.startPasskeyRegistration.options.rp.id).toBe('localhost')
  const { ceremonyToken, options } = start.data.startPasskeyRegistration
  const input = { ceremonyToken, response: evil.create(options) }
  const finish = await test.actor(headers).ask(clientOperation('FinishPasskeyRegistration'), { input })
  expect(finish.data.finishPasskeyRegistration.code).toBe('INVALID_PASSKEY')
})
