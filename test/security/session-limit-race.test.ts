import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { askLogin, askRefresh, signIn, signUp, whoIs } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const limit = 5
const logins = 50
/** The number of wrong passwords that lock does not matter here: of so many logins at once, some wait for their result. */
const env = { SESSION_LIMIT: String(limit), LOCKOUT_FAILURES: '100' }

let processes: readonly TestApp[] = []
afterEach(async () => {
  for (const test of processes) await test.close()
})

/** Two services on one database, which do not know each other's queues, and a user with one session. */
async function race(policy: 'evict' | 'reject') {
  const settings = { ...env, SESSION_LIMIT_POLICY: policy }
  const test = await createTestApp({ env: settings })
  const { database, clock } = test
  const other = await createTestApp({ env: settings, database, clock })
  processes = [other, test]
  const ada = await signUp(test.actor())
  const answers = await Promise.all(
    Array.from({ length: logins }, (_, index) =>
      askLogin((index % 2 === 0 ? test : other).actor(), ada.email),
    ),
  )
  const { client } = test.database
  const rows = await client.session.findMany({ where: { userId: ada.userId } })
  return { test, answers, rows, revocations: await client.revocation.count() }
}

describe('fifty logins at once', () => {
  it('leave exactly as many sessions as the limit allows, and evict the others for good', async () => {
    const { test, answers, rows, revocations } = await race('evict')
    expect(new Set(answers.map(({ __typename }) => __typename))).toEqual(new Set(['LoginSuccess']))
    const live = rows.filter(({ revokedAt }) => revokedAt === null).map(({ id }) => id)
    expect(live).toHaveLength(limit)
    const evicted = rows.filter(({ revokedReason }) => revokedReason === 'SESSION_LIMIT')
    expect(evicted).toHaveLength(logins + 1 - limit)
    expect(revocations).toBe(evicted.length)
    const [gone] = answers.filter(({ session }) => !live.includes(session.id))
    expect(await askRefresh(test.actor(), gone.tokens.refreshToken)).toMatchObject({
      code: 'INVALID_REFRESH_TOKEN',
    })
  })

  it('get exactly as many sessions as there is room for, where the policy rejects', async () => {
    const { answers, rows, revocations } = await race('reject')
    const succeeded = answers.filter(({ __typename }) => __typename === 'LoginSuccess')
    expect(succeeded).toHaveLength(limit - 1)
    const refused = answers.filter(({ __typename }) => __typename === 'SessionLimitProblem')
    expect(refused).toHaveLength(logins - succeeded.length)
    expect(rows).toHaveLength(limit)
    expect(revocations).toBe(0)
  })
})

describe('a login that has waited long for the row of its account', () => {
  it('ends sessions on the other processes as well, which have looked for revocations meanwhile', async () => {
    const test = await createTestApp({ env: { SESSION_LIMIT: '1' } })
    const { database, clock } = test
    const ada = await signUp(test.actor())
    const waits = await createTestApp({
      env: { SESSION_LIMIT: '1' },
      database,
      clock,
      infrastructure: (opened) => ({
        ...opened,
        transaction: async (work) => {
          clock.advance(15)
          await sleep(1200)
          return opened.transaction(work)
        },
      }),
    })
    processes = [waits, test]
    expect(await whoIs(test.actor(), ada.accessToken)).toBe(ada.userId)
    await signIn(waits.actor(), ada.email)
    const heard = async () => expect(await whoIs(test.actor(), ada.accessToken)).toBe('TOKEN_REVOKED')
    await eventually(heard, { everyMs: 200 })
  })
})
