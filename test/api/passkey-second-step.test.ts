import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resultOf } from '../support/answers.ts'
import { completeMfaChallengeDocument } from '../support/operations.ts'
import { addPasskey, askStartPasskeyLogin, newAuthenticator, stepUp } from '../support/passkeys.ts'
import { askLogin, signUp } from '../support/people.ts'
import { auditOf } from '../support/rows.ts'
import type { Flaws } from '../support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

/** A user whose only second factor is a passkey, and who chose that a password sign-in requires it. */
async function signUpWithSecondStep(options: Parameters<typeof addPasskey>[2] = {}) {
  const user = await signUp(test.actor())
  const passkey = await addPasskey(test, user, options)
  await test.database.client.user.update({ where: { id: user.userId }, data: { secondStepChosen: true } })
  return { user, ...passkey }
}

async function complete(challengeToken: string, passkey: object) {
  return resultOf(
    await test.actor().ask(completeMfaChallengeDocument, { input: { challengeToken, passkey } }),
  )
}

const invalid = { __typename: 'InvalidPasskeyProblem', code: 'INVALID_PASSKEY' }

describe('completeMfaChallenge with a passkey', () => {
  it('is required if the user chose it, and signs in at AAL2', async () => {
    const { user, authenticator, passkeyId } = await signUpWithSecondStep({ counts: true })
    const other = await addPasskey(test, await stepUp(test, user))
    const challenge = await askLogin(test.actor(), user.email)
    expect(challenge).toMatchObject({
      __typename: 'MfaChallenge',
      // The second passkey was added while the second step was required, which brings recovery codes.
      methods: ['RECOVERY_CODE', 'PASSKEY'],
      passkeyOptions: {
        rpId: 'localhost',
        userVerification: 'required',
        allowCredentials: [
          { id: authenticator.credentialId, type: 'public-key', transports: ['hybrid', 'internal'] },
          { id: other.authenticator.credentialId },
        ],
      },
    })
    const passkey = authenticator.get(challenge.passkeyOptions)
    const result = await complete(challenge.challengeToken, passkey)
    expect(result).toMatchObject({
      __typename: 'LoginSuccess',
      session: { authenticationMethods: ['pwd', 'pop', 'user', 'mfa'], assuranceLevel: 'AAL2' },
    })
    const row = await test.database.client.passkey.findUniqueOrThrow({ where: { id: passkeyId } })
    expect(row).toMatchObject({ lastUsedAt: test.clock.now(), signCount: 2n })
  })

  it('is not required by passkeys alone', async () => {
    const user = await signUp(test.actor())
    await addPasskey(test, user)
    expect(await askLogin(test.actor(), user.email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('accepts a response without user handle, which authenticators may leave out here', async () => {
    const { user, authenticator } = await signUpWithSecondStep()
    const { challengeToken, passkeyOptions } = await askLogin(test.actor(), user.email)
    const passkey = authenticator.get(passkeyOptions, { userHandle: null })
    expect(await complete(challengeToken, passkey)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it.each<[string, Flaws, string]>([
    ['another origin', { origin: 'https://evil.test' }, 'origin'],
    ['another RP id', { rpId: 'evil.test' }, 'RP ID'],
    ['the challenge of another ceremony', { challenge: 'AAAA' }, 'challenge'],
    ['another type', { type: 'webauthn.create' }, 'type'],
    ['no user verification', { unverified: true }, 'verified'],
    ['another user handle', { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'user handle'],
  ])('refuses %s: one answer, the reason in the log, no session', async (_flaw, flaws, reason) => {
    const { user, authenticator } = await signUpWithSecondStep()
    const { challengeToken, passkeyOptions } = await askLogin(test.actor(), user.email)
    expect(await complete(challengeToken, authenticator.get(passkeyOptions, flaws))).toMatchObject(invalid)
    expect(test.log.some((line) => line.includes('a passkey was refused') && line.includes(reason))).toBe(
      true,
    )
    expect(await test.database.client.session.count({ where: { userId: user.userId } })).toBe(1)
    expect((await auditOf(test.database, user.userId)).at(-1)).toMatchObject({ type: 'MFA_FAILED' })
    expect(await complete(challengeToken, authenticator.get(passkeyOptions))).toMatchObject({
      __typename: 'LoginSuccess',
    })
  })

  it("refuses another user's passkey, an unknown one, and the response to a passwordless sign-in", async () => {
    const [ada, bob] = [await signUpWithSecondStep(), await signUpWithSecondStep()]
    const { challengeToken, passkeyOptions } = await askLogin(test.actor(), ada.user.email)
    const { options } = await askStartPasskeyLogin(test)
    for (const passkey of [
      bob.authenticator.get(passkeyOptions),
      newAuthenticator(test).get(passkeyOptions),
      ada.authenticator.get(options),
    ])
      expect(await complete(challengeToken, passkey)).toMatchObject(invalid)
  })

  it('answers one of 20 equal responses at once', async () => {
    const { user, authenticator } = await signUpWithSecondStep()
    const { challengeToken, passkeyOptions } = await askLogin(test.actor(), user.email)
    const passkey = authenticator.get(passkeyOptions)
    const results = await Promise.all(Array.from({ length: 20 }, () => complete(challengeToken, passkey)))
    expect(results.filter(({ __typename }) => __typename === 'LoginSuccess')).toHaveLength(1)
    expect(await test.database.client.session.count({ where: { userId: user.userId } })).toBe(2)
  })

  it('reports a malformed response as invalid input', async () => {
    const { user } = await signUpWithSecondStep()
    const { challengeToken } = await askLogin(test.actor(), user.email)
    for (const passkey of [{}, { id: 'A', type: 'public-key', response: { signature: 'x'.repeat(16_500) } }])
      expect(await complete(challengeToken, passkey)).toMatchObject({
        __typename: 'AuthInvalidInputProblem',
        issues: expect.arrayContaining([
          expect.objectContaining({ path: expect.arrayContaining(['passkey']) }),
        ]),
      })
  })

  it('is not kept out by wrong codes, and reports a counter that goes back as a risk signal', async () => {
    const { user, authenticator } = await signUpWithSecondStep({ counts: true })
    await test.database.client.totpSecret.create({
      data: {
        id: randomUUID(),
        userId: user.userId,
        sealedSecret: new Uint8Array(48),
        failures: 100,
        createdAt: new Date(),
        confirmedAt: new Date(),
      },
    })
    const { challengeToken, passkeyOptions, methods } = await askLogin(test.actor(), user.email)
    expect(methods).toEqual(['PASSKEY'])
    const passkey = authenticator.get(passkeyOptions, { counter: 1 })
    const result = await complete(challengeToken, passkey)
    const row = await test.database.client.session.findUniqueOrThrow({ where: { id: result.session.id } })
    expect(row.riskSignals).toContain('PASSKEY_COUNTER_REGRESSED')
    expect((await askLogin(test.actor(), user.email)).methods).toEqual(['TOTP', 'PASSKEY'])
  })
})
