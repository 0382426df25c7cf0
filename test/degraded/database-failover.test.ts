import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Prisma } from '../../src/adapters/prisma/generated/client.ts'
import {
  openPostgresDatabase,
  type PostgresDatabase,
} from '../../src/adapters/prisma/server/postgres-database.ts'
import { defaultLimits } from '../../src/adapters/prisma/server/postgres-options.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { Actor } from '../support/actor.ts'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { signUp, tryLogin, tryLogout, tryRefresh } from '../support/people.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { createServerDatabase } from '../support/test-database.ts'

const poolMax = 4

let server: Awaited<ReturnType<typeof createServerDatabase>>
let proxy: TcpProxy
/** Another address of the same database. */
let other: TcpProxy
let database: PostgresDatabase
let test: TestApp

beforeEach(async () => {
  server = await createServerDatabase()
  proxy = await TcpProxy.open(server.url)
  other = await TcpProxy.open(server.url)
  const options = { url: proxy.url, directUrl: proxy.url, poolMin: 0, poolMax, logger: silentLogger }
  // A busy machine connects slowly.
  database = openPostgresDatabase({ ...options, limits: { ...defaultLimits, connectMs: 10_000 } })
  test = await createTestApp({ database })
})
afterEach(async () => {
  await setReadOnly(false)
  await test.close()
  await database.close()
  await proxy.close()
  await other.close()
  await server.drop()
})

/** For new connections. Present ones go on. */
async function setReadOnly(readOnly: boolean): Promise<void> {
  const client = new Client({ connectionString: server.url, options: '-c default_transaction_read_only=off' })
  await client.connect()
  const name = new URL(server.url).pathname.slice(1)
  const setting = readOnly ? 'SET default_transaction_read_only = on' : 'RESET default_transaction_read_only'
  await client.query(`ALTER DATABASE "${name}" ${setting}`).finally(() => client.end())
}

/** Runs a statement on every connection of the pool, which are idle afterwards. */
async function onEveryConnection(sql: string): Promise<void> {
  let begun = 0
  const hold = () =>
    database.client.$transaction(
      async (tx) => {
        begun += 1
        await eventually(() => expect(begun).toBe(poolMax), { everyMs: 5 })
        await tx.$executeRaw`${Prisma.raw(sql)}`
      },
      { timeout: 60_000, maxWait: 60_000 },
    )
  await Promise.all(Array.from({ length: poolMax }, hold))
}

async function ready(): Promise<{ status: number; checks: Record<string, string> }> {
  const response = await test.app.fetch(new Request(new URL('/health/ready', test.config.server.publicUrl)))
  return { status: response.status, checks: (await response.json()).checks }
}

describe('after a failover to another address', () => {
  it.each(['silent', 'cut'] as const)(
    'one call at most fails, although every connection of the pool is %s',
    async (present) => {
      const ada = await signUp(test.actor())
      await onEveryConnection('SELECT 1')
      proxy.switchTo(other.url, present)
      const first = await tryRefresh(ada.actor, ada.refreshToken)
      if (reasonOf(first) !== 'ok') expect(reasonOf(first)).toBe('UNAVAILABLE')
      for (let calls = 0; calls < poolMax; calls += 1)
        expect(reasonOf(await tryLogin(test.actor(), ada.email))).toBe('ok')
      // The lost answer, and the lost call.
      expect((await tryRefresh(ada.actor, ada.refreshToken)).data.refresh.__typename).toBe('RefreshSuccess')
    },
  )

  it('one call at most fails, although the former primary goes on as a read-only server', async () => {
    const ada = await signUp(test.actor())
    await onEveryConnection('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY')
    proxy.switchTo(other.url, 'kept')
    expect(reasonOf(await tryRefresh(ada.actor, ada.refreshToken))).toBe('UNAVAILABLE')
    for (let calls = 0; calls < poolMax; calls += 1)
      expect(reasonOf(await tryLogin(test.actor(), ada.email))).toBe('ok')
  })

  it('a health check finds the former primary, so that reads do not go on there', async () => {
    await onEveryConnection('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY')
    expect((await ready()).checks.database).toBe('down')
    expect((await ready()).status).toBe(200)
  })
})

describe('a read-only database', () => {
  it('answers every change with UNAVAILABLE, readiness with 503, and names the cause in the log', async () => {
    const ada = await signUp(test.actor())
    await setReadOnly(true)
    proxy.switchTo(other.url, 'cut')
    const { actor, email, accessToken, refreshToken } = ada
    const bearer = Actor.bearer(accessToken)
    const changes = await Promise.all([
      tryLogin(actor, email),
      tryLogin(actor, email, 'wrong'),
      tryRefresh(actor, refreshToken),
      tryLogout(actor, accessToken),
      actor.ask('mutation { revokeOtherSessions { __typename } }', {}, bearer),
    ])
    for (const answer of changes) {
      expect([reasonOf(answer), answer.status]).toEqual(['UNAVAILABLE', 503])
      expect(answer.errors[0]?.extensions).toEqual({ code: 'UNAVAILABLE', retryAfterSeconds: 1 })
    }
    const { status, checks } = await ready()
    expect([status, checks.database]).toEqual([503, 'down'])
    const line = test.log.find((entry) => entry.includes('"dependency":"database"')) ?? ''
    expect(JSON.parse(line).cause).toBe(
      '25006: The database is read-only: it is a standby, or default_transaction_read_only is on.',
    )
    await setReadOnly(false)
    await eventually(async () => expect((await ready()).status).toBe(200))
    expect(reasonOf(await tryLogin(actor, email))).toBe('ok')
  })
})

describe('transactions that the database aborts because of others', () => {
  it('are retried once or UNAVAILABLE, never an internal error', async () => {
    await onEveryConnection('SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE')
    const ada = await signUp(test.actor())
    const rounds = 6
    for (let round = 0; round < rounds; round += 1) {
      const answers = await Promise.all([
        ...Array.from({ length: 3 }, () => tryLogin(test.actor(), ada.email)),
        ...Array.from({ length: 3 }, () => tryRefresh(ada.actor, ada.refreshToken)),
      ])
      for (const answer of answers) expect(['ok', 'UNAVAILABLE']).toContain(reasonOf(answer))
    }
  })
})
