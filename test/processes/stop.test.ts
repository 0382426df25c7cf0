import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type SignedIn, signUp, tryRefresh } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { Stopwatch } from '../support/stopwatch.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { createServerDatabase } from '../support/test-database.ts'

let database: Awaited<ReturnType<typeof createServerDatabase>>
let proxy: TcpProxy
let service: ServiceProcess
beforeAll(async () => {
  database = await createServerDatabase()
  proxy = await TcpProxy.open(database.url)
})
beforeEach(async () => {
  proxy.restore()
  const env = {
    DATABASE_URL: proxy.url,
    REDIS_URL: inject('redisUrl') ?? '',
    DRAIN_NOTICE_SECONDS: '3',
    // One for each client: none waits for a connection, for which the limit of time is short.
    DATABASE_POOL_MAX: '10',
  }
  service = await ServiceProcess.start(env)
})
afterEach(() => service.stop('SIGKILL'))
afterAll(async () => {
  await proxy.close()
  await database.drop()
})

interface Load {
  answered: number
  readonly failures: string[]
}

/** What a client sees of a process that listens no more; a connection that it had not accepted is reset. */
const gone = ['ECONNREFUSED', 'ECONNRESET']

/** Refreshes without a pause until the process takes no more connections. */
async function refreshUntilGone(ada: SignedIn, load: Load): Promise<void> {
  for (let { refreshToken } = ada; ; ) {
    try {
      const { status, data } = await tryRefresh(ada.actor, refreshToken)
      load.answered += 1
      if (data?.refresh?.__typename !== 'RefreshSuccess')
        load.failures.push(`${status} ${JSON.stringify(data)}`)
      else refreshToken = data.refresh.tokens.refreshToken
    } catch (error) {
      const cause: unknown = error instanceof Error ? error.cause : error
      if (!gone.includes(Reflect.get(Object(cause), 'code'))) load.failures.push(String(cause))
      return
    }
  }
}

describe('SIGTERM', () => {
  it('under load: not ready first, every request that was taken is answered, exit 0', async () => {
    // A busy machine may exceed the time limits of a process that has just started.
    const someone = () => eventually(() => signUp(service.actor()))
    const people = await Promise.all(Array.from({ length: 8 }, someone))
    const load: Load = { answered: 0, failures: [] }
    const clients = people.map((person) => refreshUntilGone(person, load))
    await eventually(() => expect(load.answered).toBeGreaterThan(50))
    const before = load.answered
    const watch = new Stopwatch()
    const ended = service.stop('SIGTERM')
    await eventually(async () => expect(await service.readiness()).not.toBe(200), { everyMs: 1 })
    expect(await service.readiness()).toBe(503)
    expect(await ended).toEqual({ code: 0, signal: null })
    expect(watch.stop()).toBeLessThan(10_000)
    await Promise.all(clients)
    expect(load.failures).toEqual([])
    expect(load.answered).toBe(service.output.match(/"operation":"Refresh"/g)?.length ?? 0)
    expect(load.answered).toBeGreaterThan(before)
  })

  it('resets no connection during its notice: a load balancer can take as long as that to notice', async () => {
    const query = `http://127.0.0.1:${service.port}/graphql?query={__typename}`
    const seen: string[] = []
    const startedAt = performance.now()
    const load = async () => {
      while (performance.now() - startedAt < 2500) {
        const answer = await fetch(query).catch((error: Error) => ({ status: `${error} ${error.cause}` }))
        seen.push(String(answer.status))
      }
    }
    await fetch(query)
    const ended = service.stop('SIGTERM')
    await Promise.all(Array.from({ length: 8 }, load))
    expect(new Set(seen)).toEqual(new Set(['200']))
    expect(await ended).toEqual({ code: 0, signal: null })
  })

  it('ends the process in time when the database has gone silent', async () => {
    const ada = await signUp(service.actor())
    proxy.freeze()
    const answer = tryRefresh(ada.actor, ada.refreshToken)
    const watch = new Stopwatch()
    const ended = service.stop('SIGTERM')
    expect((await answer).errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
    expect(await ended).toEqual({ code: 0, signal: null })
    expect(watch.stop()).toBeLessThan(10_000)
  })
})
