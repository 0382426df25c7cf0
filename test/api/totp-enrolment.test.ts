import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mailsTo } from '../support/mails.ts'
import {
  authFactorsDocument,
  confirmTotpDocument,
  removeTotpDocument,
  startTotpEnrolmentDocument,
} from '../support/operations.ts'
import { askAs, askLogin, askRefresh, type SignedIn, signIn, signUp, whoIs } from '../support/people.ts'
import { auditOf, insertPasskey } from '../support/rows.ts'
import {
  challenge,
  complete,
  enrolTotp,
  nextCode,
  signInWithTotp,
  signUpWithTotp,
  totpCode,
  tryComplete,
  wrongCode,
} from '../support/second-steps.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const start = (user: SignedIn) => askAs(test, user, startTotpEnrolmentDocument, {})
const confirm = (user: SignedIn, code: string) => askAs(test, user, confirmTotpDocument, { input: { code } })
const remove = (user: SignedIn) => askAs(test, user, removeTotpDocument, {})
const factorsOf = (user: SignedIn) => askAs(test, user, authFactorsDocument, {})

describe('startTotpEnrolment', () => {
  it('returns a secret of 160 bits, its URI and its QR code, and changes no sign-in', async () => {
    const ada = await signUp(test.actor())
    const started = await start(ada)
    expect(started).toEqual({
      __typename: 'StartTotpEnrolmentSuccess',
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      uri: expect.stringContaining('otpauth://totp/'),
      qrCodeSvg: expect.stringMatching(/^<svg /),
    })
    expect(started.uri).toContain(`secret=${started.secret}`)
    expect(decodeURIComponent(started.uri)).toContain(ada.email)
    expect(await factorsOf(ada)).toMatchObject({ totp: null, secondStepRequired: false })
  })

  it('replaces a secret that was not confirmed', async () => {
    const ada = await signUp(test.actor())
    const [first, second] = [await start(ada), await start(ada)]
    expect(await confirm(ada, totpCode(test, first))).toMatchObject({ __typename: 'AuthInvalidCodeProblem' })
    expect(await confirm(ada, totpCode(test, second))).toMatchObject({ __typename: 'ConfirmTotpSuccess' })
  })

  it('requires recent reauthentication, as confirmTotp does', async () => {
    const ada = await signUp(test.actor())
    const { secret } = await start(ada)
    test.clock.advance(901)
    const { tokens } = await askRefresh(test.actor(), ada.refreshToken)
    const late = { ...ada, accessToken: tokens.accessToken }
    const required = { __typename: 'ReauthenticationRequiredProblem' }
    expect(await start(late)).toMatchObject(required)
    expect(await confirm(late, totpCode(test, { secret }))).toMatchObject(required)
    expect(await factorsOf(late)).toMatchObject({ totp: null })
  })

  it('is refused with MFA=off, where existing apps are still asked for', async () => {
    const ada = await signUpWithTotp(test)
    const bob = await signUp(test.actor())
    const { secret } = await start(bob)
    const off = await createTestApp({ database: test.database, clock: test.clock, env: { MFA: 'off' } })
    try {
      const refused = { __typename: 'AuthInvalidInputProblem', issues: [{ code: 'ENROLMENT_OFF' }] }
      expect(await askAs(off, bob, startTotpEnrolmentDocument, {})).toMatchObject(refused)
      const input = { code: totpCode(test, { secret }) }
      expect(await askAs(off, bob, confirmTotpDocument, { input })).toMatchObject(refused)
      expect(await askLogin(off.actor(), ada.email)).toMatchObject({ __typename: 'MfaChallenge' })
    } finally {
      await off.close()
    }
  })
})

describe('confirmTotp', () => {
  it('makes the app a second factor, returns recovery codes and ends the other sessions', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const other = await signIn(test.actor(), ada.email)
    const { secret } = await start(ada)
    const confirmed = await confirm(ada, totpCode(test, { secret }))
    expect(confirmed).toMatchObject({ __typename: 'ConfirmTotpSuccess', revokedSessions: 1 })
    expect(confirmed.recoveryCodes).toHaveLength(10)
    expect(await whoIs(actor, other.accessToken)).toBe('TOKEN_REVOKED')
    expect(await whoIs(actor, ada.accessToken)).toBe(ada.userId)
    expect(await factorsOf(ada)).toMatchObject({
      totp: { confirmedAt: test.clock.now().toISOString() },
      recoveryCodesLeft: 10,
      secondStepRequired: true,
    })
    const events = await auditOf(test.database, ada.userId)
    expect(events.find(({ type }) => type === 'FACTOR_ADDED')?.details).toMatchObject({ factor: 'TOTP' })
    expect(events.map(({ type }) => type)).toContain('RECOVERY_CODES_GENERATED')
    const mails = await mailsTo(test, ada.email)
    expect(mails.filter(({ text }) => text.includes('undo-factor-change'))).toHaveLength(1)
  })

  it('refuses wrong codes, and the codes of another account', async () => {
    const [ada, bob] = [await signUp(test.actor()), await signUp(test.actor())]
    const [forAda, forBob] = [await start(ada), await start(bob)]
    for (const code of [wrongCode(test, forAda), totpCode(test, forBob), '', '12345'])
      expect(await confirm(ada, code)).toMatchObject({
        __typename: 'AuthInvalidCodeProblem',
        attemptsLeft: null,
      })
    expect(await confirm(await signUp(test.actor()), '123456')).toMatchObject({
      __typename: 'AuthInvalidCodeProblem',
    })
  })

  it('confirms once, of many calls at once', async () => {
    const ada = await signUp(test.actor())
    const { secret } = await start(ada)
    const code = totpCode(test, { secret })
    const results = await Promise.all(Array.from({ length: 8 }, () => confirm(ada, code)))
    const confirmed = results.filter(({ __typename }) => __typename === 'ConfirmTotpSuccess')
    expect(confirmed).toHaveLength(1)
    expect(confirmed[0].recoveryCodes).toHaveLength(10)
    const inUse = { userId: ada.userId, removedAt: null }
    expect(await test.database.client.totpSecret.count({ where: inUse })).toBe(1)
  })

  it('replaces a confirmed app, and keeps unused recovery codes', async () => {
    const ada = await signUpWithTotp(test)
    const fresh = await signInWithTotp(test, ada)
    const again = await enrolTotp(test, fresh)
    expect(again.recoveryCodes).toEqual([])
    const old = await challenge(test.actor(), ada.email)
    expect(await complete(test.actor(), old, { code: nextCode(test, ada) })).toMatchObject({
      __typename: 'AuthInvalidCodeProblem',
    })
    expect(await complete(test.actor(), old, { code: totpCode(test, again) })).toMatchObject({
      __typename: 'LoginSuccess',
    })
  })

  it('opens the secret for its own user only', async () => {
    const [ada, bob] = [await signUpWithTotp(test), await signUpWithTotp(test)]
    const { client } = test.database
    const { sealedSecret } = await client.totpSecret.findFirstOrThrow({ where: { userId: ada.userId } })
    await client.totpSecret.updateMany({ where: { userId: bob.userId }, data: { sealedSecret } })
    const token = await challenge(test.actor(), bob.email)
    const answer = await tryComplete(test.actor(), token, { code: nextCode(test, ada) })
    expect(answer.data?.completeMfaChallenge?.__typename).not.toBe('LoginSuccess')
  })
})

describe('removeTotp', () => {
  it('removes the app and, with the last factor, the recovery codes', async () => {
    const ada = await signInWithTotp(test, await signUpWithTotp(test))
    expect(await remove(ada)).toMatchObject({
      __typename: 'RemoveTotpSuccess',
      factors: { totp: null, recoveryCodesLeft: 0, secondStepRequired: false },
    })
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({ __typename: 'LoginSuccess' })
    expect((await auditOf(test.database, ada.userId)).some(({ type }) => type === 'FACTOR_REMOVED')).toBe(
      true,
    )
    expect(await remove(ada)).toMatchObject({ __typename: 'AuthNotFoundProblem' })
  })

  it('keeps the recovery codes while another factor is left', async () => {
    const ada = await signInWithTotp(test, await signUpWithTotp(test))
    await insertPasskey(test.database, ada.userId)
    expect(await remove(ada)).toMatchObject({ factors: { totp: null, recoveryCodesLeft: 10 } })
  })

  it('requires a recent proof of both factors', async () => {
    const ada = await signUpWithTotp(test)
    expect(await remove(ada)).toMatchObject({
      __typename: 'ReauthenticationRequiredProblem',
      code: 'REAUTHENTICATION_REQUIRED',
    })
    expect(await factorsOf(ada)).toMatchObject({ secondStepRequired: true })
  })

  it('does not remove the last factor that the policy requires', async () => {
    const strict = await createTestApp({
      database: test.database,
      clock: test.clock,
      env: { MFA: 'required' },
    })
    try {
      const ada = await signInWithTotp(strict, await signUpWithTotp(strict))
      expect(await askAs(strict, ada, removeTotpDocument, {})).toMatchObject({
        __typename: 'FactorRequiredProblem',
      })
      expect(await askAs(strict, ada, authFactorsDocument, {})).toMatchObject({
        recoveryCodesLeft: 10,
        secondStepRequired: true,
        required: true,
      })
    } finally {
      await strict.close()
    }
  })
})
