import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { revokeSessionDocument } from '../support/operations.ts'
import { signIn, signUp, tryLogout, tryMe, tryRefresh } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { Stopwatch } from '../support/stopwatch.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { createServerDatabase } from '../support/test-database.ts'

type TestDatabase = Awaited<ReturnType<typeof createServerDatabase>>

/** How long it takes until the token is refused, in milliseconds. */
async function refusedAfter(actor: Actor, token: string, watch = new Stopwatch()): Promise<number> {
  await eventually(async () => expect(reasonOf(await tryMe(actor, token))).toBe('TOKEN_REVOKED'), {
    everyMs: 20,
  })
  return watch.stop()
}

describe.each([
  {
    how: 'with Redis',
    env: { REPLICAS: '2', REDIS_URL: inject('redisUrl') ?? '' },
    withinMs: 1000,
    migrated: false,
  },
  { how: 'without Redis', env: {}, withinMs: 1500, migrated: true },
])('two processes on one database $how', ({ env, withinMs, migrated }) => {
  let database: TestDatabase
  let proxy: TcpProxy
  let one: ServiceProcess
  let two: ServiceProcess

  /** The first one reaches the database by a network that can lose its answers. */
  const startOne = (more = {}) => ServiceProcess.start({ ...env, ...more, DATABASE_URL: proxy.url })

  beforeAll(async () => {
    database = await createServerDatabase({ migrated })
    proxy = await TcpProxy.open(database.url)
    const first = migrated ? {} : { MIGRATE_ON_START: 'on' }
    const startTwo = () => ServiceProcess.start({ ...env, ...first, DATABASE_URL: database.url })
    ;[one, two] = await Promise.all([startOne(first), startTwo()])
  })
  afterAll(async () => {
    await Promise.all([one.stop('SIGKILL'), two.stop('SIGKILL')])
    await proxy.close()
    await database.drop()
  })

  it('made one signing key when they started at once, and accept each other’s tokens', async () => {
    const answers = await Promise.all([one, two].map((service) => service.get('/.well-known/jwks.json')))
    const [first, second] = await Promise.all(answers.map((answer) => answer.json()))
    expect(first.keys).toHaveLength(1)
    expect(second).toEqual(first)
    const ada = await signUp(one.actor())
    expect(reasonOf(await tryMe(two.actor(), ada.accessToken))).toBe('ok')
    const refreshed = (await tryRefresh(two.actor(), ada.refreshToken)).data.refresh
    expect(refreshed.__typename).toBe('RefreshSuccess')
    expect(reasonOf(await tryMe(one.actor(), refreshed.tokens.accessToken))).toBe('ok')
  })

  it(`refuse a session within ${withinMs} ms after the other has ended it`, async () => {
    const ada = await signUp(one.actor())
    const other = await signIn(two.actor(), ada.email)
    expect(reasonOf(await tryMe(two.actor(), ada.accessToken))).toBe('ok')
    await tryLogout(one.actor(), ada.accessToken)
    const watch = new Stopwatch()
    expect((await tryRefresh(two.actor(), ada.refreshToken)).data.refresh.code).toBe('INVALID_REFRESH_TOKEN')
    expect(await refusedAfter(two.actor(), ada.accessToken, watch)).toBeLessThan(withinMs)
    expect(reasonOf(await tryMe(one.actor(), other.accessToken))).toBe('ok')
    await two
      .actor()
      .ask(revokeSessionDocument, { input: { sessionId: other.sessionId } }, Actor.bearer(other.accessToken))
    expect(await refusedAfter(one.actor(), other.accessToken)).toBeLessThan(withinMs)
  })

  it('refuse it also when the one that ended it is killed between its commit and its announcement', async () => {
    const ada = await signUp(one.actor())
    proxy.loseAnswer({ to: 'UPDATE sessions s SET revoked_at', afterBytes: 0, cut: false })
    const logout = tryLogout(one.actor(), ada.accessToken).catch(() => null)
    await eventually(() => expect(proxy.lost).toBe(1), { everyMs: 20 })
    const watch = new Stopwatch()
    await one.stop('SIGKILL')
    expect(await logout).toBeNull()
    expect(await refusedAfter(two.actor(), ada.accessToken, watch)).toBeLessThan(1500)
    one = await startOne()
    expect(reasonOf(await tryMe(one.actor(), ada.accessToken))).toBe('TOKEN_REVOKED')
  })

  it('keep the sessions of one that was killed and started again', async () => {
    const ada = await signUp(one.actor())
    await one.stop('SIGKILL')
    const between = (await tryRefresh(two.actor(), ada.refreshToken)).data.refresh.tokens
    one = await startOne()
    expect(reasonOf(await tryMe(one.actor(), ada.accessToken))).toBe('ok')
    const next = (await tryRefresh(one.actor(), between.refreshToken)).data.refresh
    expect(next.__typename).toBe('RefreshSuccess')
  })
})
