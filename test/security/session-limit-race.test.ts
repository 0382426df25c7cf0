import { describe, expect, it } from 'vitest'
import { askLogin, signUp, whoIs } from '../support/people.ts'
import { createTestApp } from '../support/test-app.ts'

const limit = 5
const logins = 50
/** How many wrong passwords lock is not what this is about: of so many at once, some wait for their verdict. */
const env = { SESSION_LIMIT: String(limit), LOCKOUT_FAILURES: '100' }

describe('fifty logins at once', () => {
  it('leave exactly as many sessions as the limit allows, and evict the others for good', async () => {
    const test = await createTestApp({ env })
    const ada = await signUp(test.actor())
    const answers = await Promise.all(Array.from({ length: logins }, () => askLogin(test.actor(), ada.email)))
    expect(new Set(answers.map(({ __typename }) => __typename))).toEqual(new Set(['LoginSuccess']))
    const live = await test.database.client.session.findMany({
      where: { userId: ada.userId, revokedAt: null },
    })
    expect(live).toHaveLength(limit)
    const liveIds = new Set(live.map(({ id }) => id))
    for (const { session, tokens } of answers) {
      const expected = liveIds.has(session.id) ? ada.userId : 'TOKEN_REVOKED'
      expect(await whoIs(test.actor(), tokens.accessToken)).toBe(expected)
    }
    const evicted = { revokedReason: 'SESSION_LIMIT', userId: ada.userId }
    expect(await test.database.client.session.count({ where: evicted })).toBe(logins + 1 - limit)
    await test.close()
  })

  it('get exactly as many sessions as there is room for, where the policy rejects', async () => {
    const test = await createTestApp({ env: { ...env, SESSION_LIMIT_POLICY: 'reject' } })
    const ada = await signUp(test.actor())
    const answers = await Promise.all(Array.from({ length: logins }, () => askLogin(test.actor(), ada.email)))
    const succeeded = answers.filter(({ __typename }) => __typename === 'LoginSuccess')
    expect(succeeded).toHaveLength(limit - 1)
    const refused = answers.filter(({ __typename }) => __typename === 'SessionLimitProblem')
    expect(refused).toHaveLength(logins - succeeded.length)
    expect(await test.database.client.session.count({ where: { userId: ada.userId } })).toBe(limit)
    expect(await test.database.client.revocation.count()).toBe(0)
    await test.close()
  })
})
