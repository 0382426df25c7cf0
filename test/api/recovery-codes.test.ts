import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mailsTo } from '../support/mails.ts'
import { authFactorsDocument, regenerateRecoveryCodesDocument } from '../support/operations.ts'
import { askAs, signUp } from '../support/people.ts'
import { auditOf } from '../support/rows.ts'
import { challenge, complete, enrolTotp, signInWithTotp, signUpWithTotp } from '../support/second-steps.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { PASSWORD_PEPPER: 'a-pepper-of-the-tests-0123456789abcdef' } })
})
afterAll(() => test.close())

const wrong = { __typename: 'AuthInvalidCodeProblem', code: 'INVALID_CODE' }
const right = { __typename: 'LoginSuccess' }

async function answerWith(email: string, recoveryCode: string | undefined) {
  const actor = test.actor()
  return complete(actor, await challenge(actor, email), { recoveryCode })
}

describe('a recovery code', () => {
  it('signs in once, in any spelling, and is mailed to the owner', async () => {
    const ada = await signUpWithTotp(test)
    const [, , third = '', fourth = ''] = ada.recoveryCodes
    expect(await answerWith(ada.email, third)).toMatchObject(right)
    expect(await answerWith(ada.email, third)).toMatchObject(wrong)
    expect(await answerWith(ada.email, fourth.toLowerCase().replaceAll('-', ' '))).toMatchObject(right)
    expect(
      (await auditOf(test.database, ada.userId)).findLast(({ type }) => type === 'RECOVERY_CODE_USED'),
    ).toMatchObject({ details: { number: 4 } })
    const mails = await mailsTo(test, ada.email)
    const used = mails.filter(({ subject }) => subject.startsWith('A recovery code'))
    expect(used.map(({ text }) => /Unused codes: (\d+)/.exec(text)?.[1]).sort()).toEqual(['8', '9'])
    expect(mails.filter(({ text }) => text.includes(third))).toEqual([])
  })

  it('is a second factor: factors can be changed after it', async () => {
    const ada = await signUpWithTotp(test)
    const actor = test.actor()
    const done = await complete(actor, await challenge(actor, ada.email), {
      recoveryCode: ada.recoveryCodes[0],
    })
    const user = { accessToken: done.tokens.accessToken }
    expect(await askAs(test, user, regenerateRecoveryCodesDocument, {})).toMatchObject({
      __typename: 'RegenerateRecoveryCodesSuccess',
    })
  })

  it('is refused with another number, of another account, and with one character changed', async () => {
    const [ada, bob] = [await signUpWithTotp(test), await signUpWithTotp(test)]
    const [first = ''] = ada.recoveryCodes
    const changed = first.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    for (const code of [first.replace(/^1-/, '2-'), changed])
      expect(await answerWith(ada.email, code)).toMatchObject(wrong)
    expect(await answerWith(ada.email, first)).toMatchObject(right)
    expect(await answerWith(bob.email, ada.recoveryCodes[1])).toMatchObject(wrong)
  })

  it('takes no try if it is not well formed', async () => {
    const ada = await signUpWithTotp(test)
    const actor = test.actor()
    const token = await challenge(actor, ada.email)
    for (const recoveryCode of ['', '3', '11-0123-4567-89AB-CDEF', 'x'.repeat(500)])
      expect(await complete(actor, token, { recoveryCode })).toMatchObject({ ...wrong, attemptsLeft: null })
    expect(await complete(actor, token, { recoveryCode: ada.recoveryCodes[9] })).toMatchObject(right)
  })

  it('is accepted once, of many calls at once', async () => {
    const ada = await signUpWithTotp(test)
    const tokens = await Promise.all(Array.from({ length: 6 }, () => challenge(test.actor(), ada.email)))
    const results = await Promise.all(
      tokens.map((token) => complete(test.actor(), token, { recoveryCode: ada.recoveryCodes[5] })),
    )
    expect(results.filter(({ __typename }) => __typename === 'LoginSuccess')).toHaveLength(1)
  })

  it('is stored as an argon2id hash with the pepper', async () => {
    const ada = await signUpWithTotp(test)
    const rows = await test.database.client.recoveryCode.findMany({ where: { userId: ada.userId } })
    expect(rows.map(({ number }) => number).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    for (const { hash, pepperId } of rows) {
      expect(hash).toMatch(/^\$argon2id\$/)
      expect(pepperId).toMatch(/^[0-9a-f]{8}$/)
    }
  })
})

describe('regenerateRecoveryCodes', () => {
  it('voids all earlier codes, and mails that', async () => {
    const ada = await signInWithTotp(test, await signUpWithTotp(test))
    const result = await askAs(test, ada, regenerateRecoveryCodesDocument, {})
    expect(result.recoveryCodes).toHaveLength(10)
    expect(await answerWith(ada.email, ada.recoveryCodes[0])).toMatchObject(wrong)
    expect(await answerWith(ada.email, result.recoveryCodes[0])).toMatchObject(right)
    expect(await askAs(test, ada, authFactorsDocument, {})).toMatchObject({ recoveryCodesLeft: 9 })
  })

  it('requires a second factor, and a recent proof of both', async () => {
    const bob = await signUp(test.actor())
    expect(await askAs(test, bob, regenerateRecoveryCodesDocument, {})).toMatchObject({
      __typename: 'AuthNotFoundProblem',
    })
    const ada = await enrolTotp(test, bob)
    expect(await askAs(test, ada, regenerateRecoveryCodesDocument, {})).toMatchObject({
      __typename: 'ReauthenticationRequiredProblem',
    })
  })
})
