import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { isUnavailable, uniqueViolation } from '../../src/adapters/prisma/database-errors.ts'
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import {
  openOwnTestDatabase,
  openServerTestDatabase,
  openTestDatabase,
  type ServerTestDatabase,
} from '../support/test-database.ts'

const tenantId = '00000000-0000-7000-8000-000000000001'
const first = '0198f000-0000-7000-8000-000000000001'
const second = '0198f000-0000-7000-8000-000000000002'

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  )
}

describe('errors of the database', () => {
  let database: Database

  beforeAll(async () => {
    database = await openTestDatabase()
    await database.client.user.create({
      data: { id: first, tenantId, email: 'a@example.org', usernameKey: 'a' },
    })
  })
  afterAll(() => database.close())

  it('name the violated unique constraint, typed, raw and in a transaction', async () => {
    const data = { id: second, tenantId, email: 'a@example.org' }
    const { client } = database
    const typed = await failureOf(client.user.create({ data }))
    const raw = await failureOf(
      client.$executeRaw`INSERT INTO users (id, tenant_id, email) VALUES (${second}::uuid, ${tenantId}::uuid, ${data.email})`,
    )
    const nested = await failureOf(client.$transaction(async (tx) => tx.user.create({ data })))
    for (const error of [typed, raw, nested]) expect(uniqueViolation(error)).toBe('users_tenant_id_email_key')
    for (const error of [typed, raw, nested]) expect(isUnavailable(error)).toBe(false)
  })

  it('distinguish unique constraints', async () => {
    const data = { id: second, tenantId, email: 'b@example.org', usernameKey: 'a' }
    const error = await failureOf(database.client.user.create({ data }))
    expect(uniqueViolation(error)).toBe('users_tenant_id_username_key_key')
  })

  it('allow one CURRENT signing key, and any number of others', async () => {
    const key = {
      algorithm: 'RS256',
      publicJwk: {},
      sealedPrivateJwk: new Uint8Array(1),
      createdAt: new Date(0),
    }
    const { client } = database
    await client.signingKey.createMany({
      data: [
        { ...key, id: '1', state: 'CURRENT' },
        { ...key, id: '2', state: 'RETIRING' },
        { ...key, id: '3', state: 'RETIRING' },
      ],
    })
    const error = await failureOf(client.signingKey.create({ data: { ...key, id: '4', state: 'CURRENT' } }))
    expect(uniqueViolation(error)).toBe('signing_keys_one_current_key')
  })

  it('are not unavailability when the statement is at fault', async () => {
    const missing = await failureOf(database.client.$queryRaw`SELECT 1 FROM no_such_table`)
    const foreign = await failureOf(
      database.client.password.create({ data: { userId: second, hash: 'x', changedAt: new Date(0) } }),
    )
    const zero = await failureOf(database.client.$queryRaw`SELECT ${'a\0b'}::text AS text`)
    for (const error of [missing, foreign, zero, new Error('x'), 'x', null])
      expect(isUnavailable(error)).toBe(false)
    for (const error of [missing, foreign, zero, new Error('x'), 'x', null])
      expect(uniqueViolation(error)).toBeNull()
  })

  it('are unavailability when a transaction takes too long', async () => {
    const slow = database.client.$transaction(
      async (tx) => {
        await sleep(80)
        return tx.user.count()
      },
      { timeout: 20 },
    )
    expect(isUnavailable(await failureOf(slow))).toBe(true)
    await expect(database.client.user.count()).resolves.toBe(1)
  })

  it('are unavailability once it is closed, and work begun before is answered', async () => {
    const own = await openOwnTestDatabase()
    const begun = own.client.user.count().then((count) => count)
    await own.client.user.count()
    await own.close()
    await expect(begun).resolves.toBe(0)
    expect(isUnavailable(await failureOf(own.client.user.count()))).toBe(true)
    expect(isUnavailable(await failureOf(own.client.$transaction(async (tx) => tx.user.count())))).toBe(true)
    expect(isUnavailable(await failureOf(own.ping()))).toBe(true)
  })
})

describe.runIf(inject('backend') === 'servers')('errors of a PostgreSQL server', () => {
  let database: ServerTestDatabase
  let other: Client

  beforeAll(async () => {
    database = await openServerTestDatabase()
    other = new Client({ connectionString: database.url })
    await other.connect()
  })
  afterAll(async () => {
    await other.end()
    await database.close()
  })

  async function cutConnections(): Promise<void> {
    await other.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`)
  }

  it('survive a connection that is cut inside a transaction, and work on', async () => {
    const { client } = database
    const early = client.$transaction(async (tx) => {
      await tx.user.count()
      await cutConnections()
      await sleep(50)
      return tx.user.count()
    })
    expect(isUnavailable(await failureOf(early))).toBe(true)
    const running = failureOf(client.$queryRaw`SELECT pg_sleep(1)::text`)
    await sleep(100)
    await cutConnections()
    expect(isUnavailable(await running)).toBe(true)
    await expect(client.user.count()).resolves.toBe(0)
  })

  it('are unavailability when a statement takes longer than two seconds', async () => {
    expect(isUnavailable(await failureOf(database.client.$queryRaw`SELECT pg_sleep(5)::text`))).toBe(true)
  })

  it('are unavailability while a lock is held, and when no connection is free within 250 ms', async () => {
    await other.query('BEGIN')
    await other.query('LOCK TABLE users')
    const waiting = Array.from({ length: 110 }, () => failureOf(database.client.user.count()))
    const errors = await Promise.all(waiting)
    await other.query('ROLLBACK')
    expect(errors.every(isUnavailable)).toBe(true)
    const refused = errors.filter((error) => error instanceof Error && error.name === 'PoolQueueFull')
    expect(refused.length).toBeGreaterThanOrEqual(100)
    await expect(database.client.user.count()).resolves.toBe(0)
    await expect(database.client.user.count()).resolves.toBe(0)
  })

  it('are unavailability if no server listens, or the database is missing', async () => {
    for (const url of ['postgresql://x@127.0.0.1:1/x', `${database.url}_missing`]) {
      const closed = openPostgresDatabase({
        url,
        directUrl: url,
        poolMin: 0,
        poolMax: 1,
        logger: silentLogger,
      })
      const { client } = closed
      const works = [closed.ping(), client.user.count(), client.$queryRaw`SELECT 1`, closed.migrate()]
      const errors = await Promise.all(works.map(failureOf))
      expect(errors.map(isUnavailable)).toEqual([true, true, true, true])
      await closed.close()
    }
  })
})
