import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { Actor } from '../support/actor.ts'
import {
  askLogout,
  askMe,
  askRefresh,
  outcomeOf,
  revokeMutation,
  signIn,
  signUp,
} from '../support/journey.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase } from '../support/test-database.ts'

const started = new Set<ServiceProcess>()
let database: Awaited<ReturnType<typeof createServerDatabase>>
beforeAll(async () => {
  database = await createServerDatabase({ migrated: false })
})
afterEach(async () => {
  await Promise.all([...started].map((service) => service.stop('SIGKILL')))
  started.clear()
})
afterAll(() => database.drop())

function spawn(env: Readonly<Record<string, string>>): ServiceProcess {
  const service = ServiceProcess.spawn({ DATABASE_URL: database.url, MIGRATE_ON_START: 'on', ...env })
  started.add(service)
  return service
}

async function startTwo(env: Readonly<Record<string, string>>): Promise<[ServiceProcess, ServiceProcess]> {
  const [one, two] = [spawn(env), spawn(env)]
  await Promise.all([one.ready(), two.ready()])
  return [one, two]
}

const wayOut = { timeout: 10_000, interval: 20 }
/** How long after `since` the token is refused, in milliseconds. */
async function refusedAfter(actor: Actor, token: string, since: number): Promise<number> {
  await vi.waitFor(async () => expect(outcomeOf(await askMe(actor, token))).toBe('TOKEN_REVOKED'), wayOut)
  return performance.now() - since
}

const withRedis = { REPLICAS: '2', REDIS_URL: inject('redisUrl') ?? '' }

describe('two processes that start at once on an empty database', () => {
  it('make its tables and one signing key, and accept each other’s tokens', async () => {
    const [one, two] = await startTwo(withRedis)
    const keySets = await Promise.all(
      [one, two].map(async (service) => (await service.get('/.well-known/jwks.json')).json()),
    )
    expect(keySets[0].keys).toHaveLength(1)
    expect(keySets[1]).toEqual(keySets[0])
    const ada = await signUp(one.actor())
    expect(outcomeOf(await askMe(two.actor(), ada.accessToken))).toBe('ok')
    const refreshed = (await askRefresh(two.actor(), ada.refreshToken)).data.refresh
    expect(refreshed.__typename).toBe('RefreshSuccess')
    expect(outcomeOf(await askMe(one.actor(), refreshed.tokens.accessToken))).toBe('ok')
  })
})

describe.each([
  ['with Redis', withRedis, 1000],
  ['without Redis', {}, 1500],
])('two processes on one database %s', (_how, env, withinMs) => {
  let one: ServiceProcess
  let two: ServiceProcess
  beforeEach(async () => {
    ;[one, two] = await startTwo(env)
  })

  it('refuse a session within that time after the other has ended it', async () => {
    const ada = await signUp(one.actor())
    const other = await signIn(two.actor(), ada.email)
    expect(outcomeOf(await askMe(two.actor(), ada.accessToken))).toBe('ok')
    await askLogout(one.actor(), ada.accessToken)
    const since = performance.now()
    expect((await askRefresh(two.actor(), ada.refreshToken)).data.refresh.code).toBe('INVALID_REFRESH_TOKEN')
    expect(await refusedAfter(two.actor(), ada.accessToken, since)).toBeLessThan(withinMs)
    expect(outcomeOf(await askMe(one.actor(), other.accessToken))).toBe('ok')
    await two.actor().ask(revokeMutation, { id: other.sessionId }, Actor.bearer(other.accessToken))
    expect(await refusedAfter(one.actor(), other.accessToken, performance.now())).toBeLessThan(withinMs)
  })

  it('refuse it also when the one that ended it was killed right after its commit', async () => {
    const ada = await signUp(one.actor())
    const logout = askLogout(one.actor(), ada.accessToken).catch(() => null)
    await vi.waitFor(async () => {
      expect((await askRefresh(two.actor(), ada.refreshToken)).data.refresh.code).toBe(
        'INVALID_REFRESH_TOKEN',
      )
    }, wayOut)
    await one.stop('SIGKILL')
    await logout
    expect(await refusedAfter(two.actor(), ada.accessToken, performance.now())).toBeLessThan(1500)
    const again = spawn(env)
    await again.ready()
    expect(outcomeOf(await askMe(again.actor(), ada.accessToken))).toBe('TOKEN_REVOKED')
  })
})
