import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { type SignedIn, signIn, signUp, tryLogout, tryMe, tryRefresh } from '../support/people.ts'
import { Stopwatch } from '../support/stopwatch.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'

let proxy: TcpProxy
let database: Awaited<ReturnType<typeof openTestDatabase>>
let here: TestApp
let there: TestApp
let ada: SignedIn

const join = () => createTestApp({ database, env: { REDIS_URL: proxy.url } })
const ready = async (test: TestApp) => {
  const answer = await test.app.fetch(new Request(new URL('/health/ready', test.config.server.publicUrl)))
  const { status, checks } = await answer.json()
  return [answer.status, status, checks.redis]
}

beforeAll(async () => {
  proxy = await TcpProxy.open(inject('redisUrl') ?? '')
  database = await openTestDatabase()
  here = await join()
  there = await join()
})
afterAll(async () => {
  await Promise.all([here.close(), there.close()])
  await database.close()
  await proxy.close()
})
beforeEach(async () => {
  ada = await signUp(here.actor())
})
afterEach(async () => {
  proxy.restore()
  await eventually(async () => expect(await ready(here)).toEqual([200, 'ok', 'up']))
})

describe.each([
  ['cut', () => proxy.cut()],
  ['frozen', () => proxy.freeze()],
])('while Redis is %s', (_how, fail) => {
  it('sign-ins, refreshes and queries work as before, without waiting', async () => {
    fail()
    const watch = new Stopwatch()
    const again = await signIn(here.actor(), ada.email)
    expect((await tryRefresh(again.actor, again.refreshToken)).data.refresh.__typename).toBe('RefreshSuccess')
    expect(reasonOf(await tryMe(there.actor(), again.accessToken))).toBe('ok')
    expect(watch.stop()).toBeLessThan(3000)
  })

  it('a logout is final at once, and on the other processes by polling', async () => {
    fail()
    expect((await tryLogout(ada.actor, ada.accessToken)).data.logout).toEqual({
      __typename: 'LogoutSuccess',
      revokedSessions: 1,
      remainingApiKeys: 0,
    })
    expect(reasonOf(await tryMe(ada.actor, ada.accessToken))).toBe('TOKEN_REVOKED')
    expect((await tryRefresh(there.actor(), ada.refreshToken)).data.refresh.code).toBe(
      'INVALID_REFRESH_TOKEN',
    )
    const learned = async () =>
      expect(reasonOf(await tryMe(there.actor(), ada.accessToken))).toBe('TOKEN_REVOKED')
    await eventually(learned, { everyMs: 50 })
  })

  it('the process says that it is degraded, stays ready, and starts all the same', async () => {
    fail()
    await eventually(async () => expect(await ready(here)).toEqual([200, 'degraded', 'degraded']))
    const late = await join()
    try {
      expect(reasonOf(await tryMe(late.actor(), ada.accessToken))).toBe('ok')
      proxy.restore()
      await eventually(async () => expect(await ready(late)).toEqual([200, 'ok', 'up']))
    } finally {
      await late.close()
    }
  })
})
