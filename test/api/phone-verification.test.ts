import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { meDocument, updateProfileDocument } from '../support/operations.ts'
import { askAs, signUp } from '../support/people.ts'
import {
  codesTo,
  freshCode,
  freshPhoneNumber,
  otherCode,
  requestCode,
  signUpWithPhone,
  verifyCode,
} from '../support/phones.ts'
import { auditOf } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const invalid = { __typename: 'AuthInvalidCodeProblem', code: 'INVALID_CODE' }

describe('requestPhoneVerification', () => {
  it('sends a code of six digits to the number of the viewer', async () => {
    const ada = await signUpWithPhone(test)
    expect(await requestCode(test, ada)).toEqual({
      __typename: 'RequestPhoneVerificationSuccess',
      phoneNumber: ada.phoneNumber,
      expiresAt: new Date(test.clock.now().getTime() + 600_000).toISOString(),
    })
    await test.deliverMail()
    const message = test.mailbox.find(({ to }) => to === ada.phoneNumber)
    expect(message?.text).toMatch(/^[0-9]{6} is your code for .+\. It is valid for 10 minutes\./)
  })

  it('refuses an account without a number, and a number that is verified', async () => {
    const bob = await signUp(test.actor())
    expect(await requestCode(test, bob)).toMatchObject({
      __typename: 'AuthInvalidInputProblem',
      issues: [{ path: ['phoneNumber'], code: 'REQUIRED' }],
    })
    const ada = await signUpWithPhone(test)
    await verifyCode(test, ada, await freshCode(test, ada))
    expect(await requestCode(test, ada)).toMatchObject({ issues: [{ code: 'ALREADY_VERIFIED' }] })
  })

  it('refuses numbers of countries that SMS_COUNTRIES does not name, and of none', async () => {
    const limited = await createTestApp({ database: test.database, env: { SMS_COUNTRIES: 'DE,US' } })
    try {
      const request = async (phoneNumber: string) =>
        requestCode(limited, await signUp(limited.actor(), { phoneNumber }))
      for (const served of [freshPhoneNumber(), '+12125550123'])
        expect(await request(served)).toMatchObject({ __typename: 'RequestPhoneVerificationSuccess' })
      // Switzerland; Canada and Jamaica share the calling code of the USA; a satellite phone has no country.
      const others = ['+41781234567', '+14165550123', '+18765550123', '+881612345678']
      for (const other of others)
        expect(await request(other)).toMatchObject({
          __typename: 'AuthInvalidInputProblem',
          issues: [{ path: ['phoneNumber'], code: 'COUNTRY_NOT_SERVED' }],
        })
      const codes = await test.database.client.phoneCode.count({
        where: { user: { phoneNumber: { in: others } } },
      })
      expect(codes).toBe(0)
    } finally {
      await limited.close()
    }
  })

  it('replaces an earlier code, and does not send one that was replaced in the queue', async () => {
    const ada = await signUpWithPhone(test)
    const first = await freshCode(test, ada)
    await requestCode(test, ada)
    await requestCode(test, ada)
    const codes = await codesTo(test, ada.phoneNumber)
    expect(codes).toHaveLength(2)
    if (codes[0] !== first) expect(await verifyCode(test, ada, first)).toMatchObject(invalid)
    expect((await verifyCode(test, ada, codes[0] ?? '')).__typename).toBe('VerifyPhoneSuccess')
  })

  it('leaves one valid code after twenty requests at once', async () => {
    const ada = await signUpWithPhone(test)
    await Promise.all(Array.from({ length: 20 }, () => requestCode(test, ada)))
    const codes = await codesTo(test, ada.phoneNumber)
    expect(codes).toHaveLength(1)
    expect((await verifyCode(test, ada, codes[0] ?? '')).__typename).toBe('VerifyPhoneSuccess')
  })

  it('stores the code neither in clear nor as a digest without a key, and logs neither code nor number', async () => {
    const ada = await signUpWithPhone(test)
    const code = await freshCode(test, ada)
    const { userId } = ada
    const { digest } = await test.database.client.phoneCode.findUniqueOrThrow({ where: { userId } })
    const stored = Buffer.from(digest).toString('hex')
    expect(stored).not.toContain(Buffer.from(code).toString('hex'))
    for (const parts of [[code], [ada.phoneNumber, code], [userId, code], [userId, ada.phoneNumber, code]])
      for (const separator of ['', ' ', '\0'])
        expect(stored).not.toBe(createHash('sha256').update(parts.join(separator)).digest('hex'))
    await verifyCode(test, ada, otherCode(code))
    await verifyCode(test, ada, code)
    const log = test.log.join('\n')
    expect(log).toContain('VERIFY_PHONE')
    expect(log).not.toContain(code)
    expect(log).not.toContain(ada.phoneNumber)
    expect(log).not.toContain(ada.phoneNumber.slice(1))
    const audit = JSON.stringify(await auditOf(test.database, ada.userId))
    expect(audit).not.toContain(code)
    expect(audit).not.toContain(ada.phoneNumber.slice(1))
    const mail = await test.database.client.mailMessage.findFirst({
      where: { userId: ada.userId, kind: 'VERIFY_PHONE' },
    })
    expect(mail).toMatchObject({ state: 'SENT', sealedParameters: null })
  })
})

describe('verifyPhone', () => {
  it('verifies the number, once, and writes one audit event', async () => {
    const ada = await signUpWithPhone(test)
    const code = await freshCode(test, ada)
    expect((await askAs(test, ada, meDocument, {})).phoneVerified).toBe(false)
    expect(await verifyCode(test, ada, ` ${code.slice(0, 3)} ${code.slice(3)}\n`)).toMatchObject({
      __typename: 'VerifyPhoneSuccess',
      user: { id: ada.userId, phoneVerified: true, phoneNumber: ada.phoneNumber },
    })
    expect(await verifyCode(test, ada, code)).toMatchObject({ ...invalid, attemptsLeft: null })
    const events = (await auditOf(test.database, ada.userId)).filter(({ type }) => type === 'PHONE_VERIFIED')
    expect(events).toMatchObject([{ sessionId: ada.sessionId, details: {} }])
  })

  it('accepts a code once if it is sent twenty times at once', async () => {
    const ada = await signUpWithPhone(test)
    const code = await freshCode(test, ada)
    const results = await Promise.all(Array.from({ length: 20 }, () => verifyCode(test, ada, code)))
    const names = results.map(({ __typename }) => __typename).toSorted()
    expect(names.filter((name) => name === 'VerifyPhoneSuccess')).toHaveLength(1)
    expect(names.filter((name) => name === 'AuthInvalidCodeProblem')).toHaveLength(19)
    const events = (await auditOf(test.database, ada.userId)).filter(({ type }) => type === 'PHONE_VERIFIED')
    expect(events).toHaveLength(1)
  })

  it('counts down the tries, and refuses the right code after five wrong ones', async () => {
    const ada = await signUpWithPhone(test)
    const code = await freshCode(test, ada)
    for (const attemptsLeft of [4, 3, 2, 1, 0])
      expect(await verifyCode(test, ada, otherCode(code))).toMatchObject({ ...invalid, attemptsLeft })
    expect(await verifyCode(test, ada, code)).toMatchObject({ ...invalid, attemptsLeft: null })
    const next = await freshCode(test, ada)
    expect(await verifyCode(test, ada, otherCode(next))).toMatchObject({ attemptsLeft: 4 })
  })

  it('compares at most five codes if a hundred are guessed at once', async () => {
    const ada = await signUpWithPhone(test)
    const code = await freshCode(test, ada)
    const guesses = Array.from({ length: 100 }, (_, index) => otherCode(code, index + 1))
    const results = await Promise.all(guesses.map((guess) => verifyCode(test, ada, guess)))
    const compared = results.filter(({ attemptsLeft }) => attemptsLeft !== null)
    expect(compared.map(({ attemptsLeft }) => attemptsLeft).toSorted()).toEqual([0, 1, 2, 3, 4])
    expect(await verifyCode(test, ada, code)).toMatchObject(invalid)
  })

  it('does not spend a try on text that is no code', async () => {
    const ada = await signUpWithPhone(test)
    const code = await freshCode(test, ada)
    const malformed = ['', '12345', '1234567', 'abcdef', '١٢٣٤٥٦', '１２３４５６', '-12345', ' '.repeat(1000)]
    for (const text of malformed)
      expect(await verifyCode(test, ada, text)).toMatchObject({ ...invalid, attemptsLeft: null })
    expect(await verifyCode(test, ada, otherCode(code))).toMatchObject({ attemptsLeft: 4 })
  })

  it('refuses the code of another user, even for the same number', async () => {
    const ada = await signUpWithPhone(test)
    const eve = await signUp(test.actor(), { phoneNumber: ada.phoneNumber })
    const adasCode = await freshCode(test, ada)
    expect(await verifyCode(test, eve, adasCode)).toMatchObject({ ...invalid, attemptsLeft: null })
    const evesCode = await freshCode(test, { ...eve, phoneNumber: ada.phoneNumber })
    if (evesCode !== adasCode) expect(await verifyCode(test, eve, adasCode)).toMatchObject(invalid)
    expect((await verifyCode(test, ada, adasCode)).__typename).toBe('VerifyPhoneSuccess')
  })

  it('refuses a code after ten minutes, and does not send it any more', async () => {
    const ada = await signUpWithPhone(test)
    const code = await freshCode(test, ada)
    test.clock.advance(600)
    for (const late of [otherCode(code), code])
      expect(await verifyCode(test, ada, late)).toMatchObject({ ...invalid, attemptsLeft: null })
    await requestCode(test, ada)
    test.clock.advance(600)
    expect(await codesTo(test, ada.phoneNumber)).toEqual([code])
  })

  it('refuses the code of an earlier number, even if the number comes back', async () => {
    const ada = await signUpWithPhone(test)
    const code = await freshCode(test, ada)
    const change = (phoneNumber: string | null) =>
      askAs(test, ada, updateProfileDocument, { input: { phoneNumber } })
    await change(ada.phoneNumber)
    await change(freshPhoneNumber())
    expect(await verifyCode(test, ada, code)).toMatchObject(invalid)
    await change(ada.phoneNumber)
    expect(await verifyCode(test, ada, code)).toMatchObject(invalid)
    const again = await freshCode(test, ada)
    await change(ada.phoneNumber)
    expect((await verifyCode(test, ada, again)).user.phoneVerified).toBe(true)
    expect((await change(null)).user.phoneVerified).toBe(false)
  })

  it('never verifies another number than the one that received the code', async () => {
    for (let round = 0; round < 10; round += 1) {
      const ada = await signUpWithPhone(test)
      const code = await freshCode(test, ada)
      const stolen = freshPhoneNumber()
      await Promise.all([
        verifyCode(test, ada, code),
        askAs(test, ada, updateProfileDocument, { input: { phoneNumber: stolen } }),
      ])
      expect(await askAs(test, ada, meDocument, {})).toMatchObject({
        phoneNumber: stolen,
        phoneVerified: false,
      })
    }
  })
})

describe('purge-expired', () => {
  it('removes codes an hour after they expired', async () => {
    const ada = await signUpWithPhone(test)
    await requestCode(test, ada)
    const count = () => test.database.client.phoneCode.count({ where: { userId: ada.userId } })
    test.clock.advance(3600)
    await test.app.jobs.purgeExpired()
    expect(await count()).toBe(1)
    test.clock.advance(1200)
    await test.app.jobs.purgeExpired()
    expect(await count()).toBe(0)
  })
})
