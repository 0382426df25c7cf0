import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askLogin, signUp } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const wrong = { password: 'Wr0ng-horse-battery!' }

/** So many wrong passwords, one after the other, without a pause; what each was answered. */
async function guess(identifier: string, times: number, on: TestApp = test) {
  const answers = []
  for (let n = 0; n < times; n += 1) answers.push(await askLogin(on.actor(), identifier, wrong))
  return answers
}

describe('wrong passwords for one account', () => {
  it('are compared three times, then made to wait, and lock at the fifth', async () => {
    const ada = await signUp(test.actor())
    const answers = await guess(ada.email, 6)
    expect(answers.map(({ code }) => code)).toEqual([
      'INVALID_CREDENTIALS',
      'INVALID_CREDENTIALS',
      'INVALID_CREDENTIALS',
      'RATE_LIMITED',
      'ACCOUNT_LOCKED',
      'ACCOUNT_LOCKED',
    ])
    expect(answers[5].unlocksAt).toBe(answers[4].unlocksAt)
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    const inMs = Date.parse(answers[4].unlocksAt) - test.clock.now().getTime()
    expect(Math.abs(inMs - 1_800_000)).toBeLessThan(5000)
  })
})
