import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assertReachable } from '../../src/adapters/prisma/database-checks.ts'
import {
  openPostgresDatabase,
  type PostgresDatabase,
} from '../../src/adapters/prisma/server/postgres-database.ts'
import { PrismaJobLeases } from '../../src/adapters/prisma/stores/prisma-job-leases.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { Actor } from '../support/actor.ts'
import { hasPgbouncer, OwnPgbouncer } from '../support/own-pgbouncer.ts'
import {
  rotate,
  signIn,
  signUp,
  signUpAs,
  tryLogin,
  tryLogout,
  tryMe,
  tryRefresh,
  whoIs,
} from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'
import { createServerDatabase, patientLimits } from '../support/test-database.ts'

interface Pooled {
  readonly test: TestApp
  readonly database: PostgresDatabase
  readonly pooler: OwnPgbouncer
  readonly directUrl: string
  close(): Promise<void>
}

/** A service behind PgBouncer with fewer connections than the service has, so that every transaction meets another one. */
async function openPooled(): Promise<Pooled> {
  const { url: directUrl, drop } = await createServerDatabase({ migrated: false })
  const pooler = await OwnPgbouncer.start(directUrl, { default_pool_size: '3' })
  const options = { url: pooler.url, directUrl, poolMin: 0, poolMax: 10, preparesStatements: false }
  const database = openPostgresDatabase({ ...options, logger: silentLogger, limits: patientLimits })
  await database.migrate()
  const test = await createTestApp({ database, env: { LOCKOUT_THRESHOLD: '3' } })
  return {
    test,
    database,
    pooler,
    directUrl,
    async close() {
      await test.close()
      await database.close()
      await pooler.stop()
      await drop()
    },
  }
}

const advisoryLocks = `SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
  WHERE l.locktype = 'advisory' AND d.datname = current_database()`

async function direct(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url, options: '-c statement_timeout=0' })
  await client.connect()
  return (await client.query(sql).finally(() => client.end())).rows
}

describe.runIf(hasPgbouncer())('behind PgBouncer in transaction mode', () => {
  let pooled: Pooled
  let test: TestApp
  beforeAll(async () => {
    pooled = await openPooled()
    test = pooled.test
  })
  afterAll(() => pooled.close())

  it('migrations run on the direct connection, and their lock is released', async () => {
    expect(await pooled.database.pendingMigrations()).toEqual([])
    expect(await pooled.database.migrate()).toEqual([])
    expect(await direct(pooled.directUrl, advisoryLocks)).toEqual([])
  })

  it('a start without DIRECT_DATABASE_URL names the variable', async () => {
    const { url } = pooled.pooler
    const options = {
      url,
      directUrl: url,
      poolMin: 0,
      poolMax: 1,
      logger: silentLogger,
      limits: patientLimits,
    }
    const database = openPostgresDatabase(options)
    await expect(assertReachable(database)).rejects.toThrow(/set DIRECT_DATABASE_URL/)
    await database.close()
  })

  it('registers, signs in, lists and ends sessions, and locks out', async () => {
    const eve = await signUp(test.actor())
    for (let tries = 0; tries < 4; tries += 1) await tryLogin(test.actor(), eve.email, 'wrong')
    const refused = (await tryLogin(test.actor(), eve.email)).data.login
    expect(refused.__typename).toBe('AccountLockedProblem')
    const ada = await signUp(test.actor())
    test.clock.advance(600)
    const second = await signIn(test.actor(), ada.email)
    const query = '{ sessions(first: 5) { nodes { createdAt expiresAt } } }'
    const { nodes } = (await ada.actor.ask(query, {}, Actor.bearer(ada.accessToken))).data.sessions
    const nowMs = test.clock.now().getTime()
    expect(nodes).toHaveLength(2)
    const ages = nodes.map(({ createdAt }: { createdAt: string }) =>
      Math.round((nowMs - Date.parse(createdAt)) / 1000),
    )
    expect(ages).toEqual([0, 600])
    await tryLogout(second.actor, second.accessToken)
    expect(await whoIs(second.actor, second.accessToken)).toBe('TOKEN_REVOKED')
    expect((await tryMe(ada.actor, ada.accessToken)).errors).toEqual([])
  })

  it('8 sessions that refresh at once, five times, lose no session', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => signUp(test.actor())))
    const tokens = people.map(({ refreshToken }) => refreshToken)
    for (let round = 0; round < 5; round += 1) {
      const rotated = await Promise.all(
        people.map(async ({ actor }, at) => {
          const token = tokens[at] ?? ''
          // Two tabs of the same browser.
          const [first, again] = await Promise.all([tryRefresh(actor, token), tryRefresh(actor, token)])
          const issued = [first, again].map(({ data }) => data?.refresh.tokens?.refreshToken)
          expect(issued[0], JSON.stringify(first)).toBe(issued[1])
          return String(issued[0])
        }),
      )
      tokens.splice(0, tokens.length, ...rotated)
    }
    for (const [at, { actor }] of people.entries()) await rotate(actor, tokens[at] ?? '')
  })

  it('changes of roles take turns by a lock of their transaction, which remains on no connection', async () => {
    const admin = await signUpAs(test, 'ADMIN')
    const mutation = `mutation($input: DefinePermissionInput!) { definePermission(input: $input) { __typename } }`
    const names = Array.from({ length: 8 }, (_, at) => `posts${at}:write`)
    const answers = await Promise.all(
      names.map((name) =>
        admin.actor.ask(mutation, { input: { name, description: name } }, Actor.bearer(admin.accessToken)),
      ),
    )
    expect(answers.map(({ data, errors }) => data?.definePermission?.__typename ?? errors)).toEqual(
      names.map(() => expect.stringMatching(/Success/)),
    )
    expect(await direct(pooled.directUrl, advisoryLocks)).toEqual([])
  })

  it('the limit of a statement is a setting of the role', async () => {
    const { directUrl, database } = pooled
    const reconnect = `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`
    const role = `ROLE CURRENT_USER IN DATABASE "${new URL(directUrl).pathname.slice(1)}"`
    await direct(directUrl, `ALTER ${role} SET statement_timeout = '200ms'`)
    await direct(directUrl, reconnect)
    const slow = database.client.$queryRaw`SELECT pg_sleep(60)`
    await expect(slow).rejects.toMatchObject({ message: expect.stringContaining('statement timeout') })
    await direct(directUrl, `ALTER ${role} RESET statement_timeout`)
    await direct(directUrl, reconnect)
  })

  it('leases of jobs have one holder, and jobs run', async () => {
    const leases = new PrismaJobLeases(pooled.database.client)
    const now = test.clock.now()
    const until = new Date(now.getTime() + 60_000)
    const taken = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((holder) => leases.acquire('purge', holder, until, now)),
    )
    expect(taken.filter(Boolean)).toHaveLength(1)
    await test.app.jobs.purgeExpired()
    await test.app.jobs.rotateSigningKeys()
    const email = freshEmail()
    expect((await signUp(test.actor(), { email, password: goodPassword })).email).toBe(email)
    expect(await test.deliverMail()).toBeGreaterThan(0)
  })
})
