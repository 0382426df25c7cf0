import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { type BreachApi, openBreachApi } from '../support/breach-api.ts'
import {
  changePasswordDocument,
  checkPasswordStrengthDocument,
  registerDocument,
} from '../support/operations.ts'
import { signUp } from '../support/people.ts'
import { auditOf } from '../support/rows.ts'
import { Stopwatch } from '../support/stopwatch.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

const known = 'Kn0wn-from-a-breach!'
let api: BreachApi
let test: TestApp
beforeAll(async () => {
  api = await openBreachApi([known])
  test = await createTestApp({ env: { BREACH_CHECK: 'on', BREACH_API_URL: api.url } })
})
afterAll(async () => {
  await test.close()
  await api.close()
})
/** The list is left alone for a minute at most after it failed. */
beforeEach(() => test.clock.advance(61))

async function register(password: string) {
  const answer = await test.actor().ask(registerDocument, { input: { email: freshEmail(), password } })
  expect(answer.errors).toEqual([])
  return answer.data.register
}

async function breachedOf(password: string): Promise<boolean | null> {
  const answer = await test.actor().ask(checkPasswordStrengthDocument, { input: { password } })
  return answer.data.checkPasswordStrength.breached
}

describe('a list of breached passwords that answers', () => {
  it('keeps known passwords out, and leaves no trace of it in the audit of others', async () => {
    api.mood = 'well'
    expect(await register(known)).toMatchObject({ code: 'WEAK_PASSWORD', unmet: ['NOT_BREACHED'] })
    const { user } = await register(goodPassword)
    expect(await auditOf(test.database, user.id)).toMatchObject([
      { type: 'USER_REGISTERED', details: {} },
      { type: 'LOGIN_SUCCEEDED', details: {} },
    ])
    expect([await breachedOf(known), await breachedOf(goodPassword)]).toEqual([true, false])
    expect(JSON.stringify(api.asked)).not.toContain(known)
  })
})

describe.each(['failing', 'slow', 'garbage', 'huge', 'moved'] as const)('a list that is %s', (mood) => {
  it('prevents no registration, takes at most a few seconds, and is audited', async () => {
    api.mood = mood
    const watch = new Stopwatch()
    const { user, __typename } = await register(known)
    expect(__typename).toBe('RegisterSuccess')
    expect(watch.stop()).toBeLessThan(5000)
    const [registered] = await auditOf(test.database, user.id)
    expect(registered).toMatchObject({ type: 'USER_REGISTERED', details: { breachCheck: 'skipped' } })
    const askedBefore = api.asked.length
    expect(await breachedOf(known)).toBeNull()
    expect(api.asked.length).toBe(askedBefore)
  })
})

describe('a change of the password while the list is away', () => {
  it('is audited, too', async () => {
    api.mood = 'failing'
    const actor = test.actor()
    const { accessToken, userId } = await signUp(actor)
    const input = { currentPassword: goodPassword, newPassword: known }
    const { data } = await actor.ask(changePasswordDocument, { input }, Actor.bearer(accessToken))
    expect(data.changePassword).toMatchObject({ __typename: 'ChangePasswordSuccess' })
    expect(await auditOf(test.database, userId)).toContainEqual(
      expect.objectContaining({ type: 'PASSWORD_CHANGED', details: { breachCheck: 'skipped' } }),
    )
  })
})
