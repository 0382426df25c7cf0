import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  openPostgresDatabase,
  type PostgresDatabase,
} from '../../src/adapters/prisma/server/postgres-database.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { type SignedIn, signUp, tryLogin, tryRefresh } from '../support/people.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { reportFault } from './support/fault-report.ts'
import { OwnPostgres } from './support/own-postgres.ts'

let server: OwnPostgres
let proxy: TcpProxy
let database: PostgresDatabase
let test: TestApp

beforeEach(async () => {
  server = await OwnPostgres.start()
  proxy = await TcpProxy.open(server.url)
  const options = { url: proxy.url, directUrl: proxy.url, poolMin: 0, poolMax: 20, logger: silentLogger }
  database = openPostgresDatabase(options)
  await database.migrate()
  test = await createTestApp({ database })
})
afterEach(async () => {
  await test.close()
  await database.close()
  await proxy.close()
  await server.remove()
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function readyStatus(): Promise<number> {
  return (await test.app.fetch(new Request(new URL('/health/ready', test.config.server.publicUrl)))).status
}

/** Clients that refresh all the time, and what became of their calls. */
async function startLoad(count: number) {
  const all: SignedIn[] = []
  for (let at = 0; at < count; at += 1) all.push(await signUp(test.actor()))
  const tokens = new Map(all.map((one) => [one, one.refreshToken]))
  const figures = { calls: 0, failures: 0, slowestMs: 0, lastFailureMs: 0, successes: [] as number[] }
  let stopped = false
  const use = async (one: SignedIn) => {
    while (!stopped) {
      const startedMs = performance.now()
      const answer = await tryRefresh(one.actor, tokens.get(one) ?? '')
      const endedMs = performance.now()
      figures.calls += 1
      figures.slowestMs = Math.max(figures.slowestMs, endedMs - startedMs)
      if (reasonOf(answer) === 'ok') {
        expect(answer.data.refresh.__typename).toBe('RefreshSuccess')
        tokens.set(one, answer.data.refresh.tokens.refreshToken)
        figures.successes.push(endedMs)
      } else {
        expect(reasonOf(answer)).toBe('UNAVAILABLE')
        figures.failures += 1
        figures.lastFailureMs = endedMs
      }
      await pause(20)
    }
  }
  const load = Promise.all(all.map(use))
  return {
    figures,
    async stop() {
      stopped = true
      await load
      // No session is lost, and each has one live token.
      for (const one of all)
        expect((await tryRefresh(one.actor, tokens.get(one) ?? '')).data.refresh.__typename).toBe(
          'RefreshSuccess',
        )
      expect(await database.client.session.count({ where: { revokedAt: { not: null } } })).toBe(0)
    },
  }
}

describe('F1: PostgreSQL crashes during refreshes', () => {
  it('loses no session, and serves as soon as the server accepts connections', async () => {
    const clients = Number(process.env.FAULT_CLIENTS ?? 8)
    const load = await startLoad(clients)
    await pause(1000)
    await server.kill()
    await pause(1000)
    await server.start()
    const acceptedMs = performance.now()
    await pause(4000)
    await load.stop()
    const { calls, failures, slowestMs, lastFailureMs, successes } = load.figures
    const firstMs = Math.max(0, (successes.find((at) => at > acceptedMs - 200) ?? Number.NaN) - acceptedMs)
    reportFault('F1 PostgreSQL killed for a second', {
      clients,
      calls,
      failures,
      'first success after ms': firstMs,
      'last failure after ms': Math.max(0, lastFailureMs - acceptedMs),
      'slowest ms': slowestMs,
    })
    expect(slowestMs).toBeLessThan(5000)
    expect(lastFailureMs - acceptedMs).toBeLessThan(5000)
  })
})

describe('F3: PostgreSQL is frozen for ten seconds', () => {
  it('ends every call in time, is not ready meanwhile, and goes on afterwards', async () => {
    const load = await startLoad(8)
    await pause(500)
    server.suspend()
    const suspendedMs = performance.now()
    await eventually(async () => expect(await readyStatus()).toBe(503))
    const noticedMs = performance.now() - suspendedMs
    await pause(Math.max(0, 10_000 - noticedMs))
    server.resume()
    const resumedMs = performance.now()
    await eventually(async () => expect(await readyStatus()).toBe(200))
    const readyMs = performance.now() - resumedMs
    await pause(2000)
    await load.stop()
    const { calls, failures, slowestMs } = load.figures
    reportFault('F3 PostgreSQL frozen for 10 s', {
      calls,
      failures,
      'not ready after ms': noticedMs,
      'ready again after ms': readyMs,
      'slowest ms': slowestMs,
    })
    expect(slowestMs).toBeLessThan(5000)
  })
})

describe('a standby', () => {
  it('is refused until it is promoted, and then serves with all sessions', async () => {
    const standby = await OwnPostgres.startStandbyOf(server)
    try {
      const ada = await signUp(test.actor())
      await eventually(async () => expect(await standby.query('SELECT id FROM users')).toHaveLength(1))
      await server.kill()
      proxy.switchTo(standby.url, 'cut')
      for (let calls = 0; calls < 5; calls += 1) {
        const login = await tryLogin(ada.actor, ada.email)
        expect([reasonOf(login), login.status]).toEqual(['UNAVAILABLE', 503])
      }
      expect(await readyStatus()).toBe(503)
      expect(test.log.join('')).toContain('25006: The database is read-only')
      const promotedMs = performance.now()
      await standby.query('SELECT pg_promote()')
      await eventually(async () => expect(reasonOf(await tryRefresh(ada.actor, ada.refreshToken))).toBe('ok'))
      reportFault('Promotion of a standby', { 'first success after ms': performance.now() - promotedMs })
      await eventually(async () => expect(await readyStatus()).toBe(200))
    } finally {
      await standby.remove()
    }
  })
})
