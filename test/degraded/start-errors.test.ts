import { describe, expect, it } from 'vitest'
import { assertMigrated, assertReachable } from '../../src/adapters/prisma/database-checks.ts'
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { startErrorText } from '../../src/infrastructure/start-error.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { createServerDatabase } from '../support/test-database.ts'

/** What the first steps of a start report if the answer to a statement is lost. */
async function startWithout(statement: string): Promise<string> {
  const server = await createServerDatabase({ migrated: false })
  const proxy = await TcpProxy.open(server.url)
  const options = { url: proxy.url, directUrl: proxy.url, poolMin: 0, poolMax: 2, logger: silentLogger }
  const database = openPostgresDatabase(options)
  proxy.loseAnswer({ to: statement, afterBytes: 0, cut: true })
  try {
    await assertReachable(database)
    await database.migrate()
    await assertMigrated(database)
    return 'started'
  } catch (error) {
    return startErrorText(error)
  } finally {
    await database.close().catch(() => undefined)
    await proxy.close()
    await server.drop()
  }
}

describe('a start during which the database vanishes', () => {
  it.each([
    'transaction_read_only',
    'SELECT migration_name',
    'lock_timeout',
    'pg_advisory_lock',
    'version()',
    '72707369',
    'CREATE TABLE _prisma_migrations',
    'INSERT INTO "_prisma_migrations"',
    'CREATE TYPE',
    'UPDATE "_prisma_migrations"',
  ])('is explained by a sentence: %s', async (statement) => {
    const text = await startWithout(statement)
    expect(text).toMatch(/^The database [A-Za-z_ ]+: Connection terminated unexpectedly$/)
  })
})

describe('the reason of a failed start', () => {
  it.each([
    [new Error('PORT 4000 is already in use.'), 'PORT 4000 is already in use.'],
    [
      new AggregateError([new Error('connect ECONNREFUSED ::1:9')]),
      'The start failed: connect ECONNREFUSED ::1:9',
    ],
    [
      new Error('\nInvalid `prisma.tenant.findMany()` invocation:\n\n\nNo such table.'),
      'The start failed: Invalid `prisma.tenant.findMany()` invocation: No such table.',
    ],
    ['oops', 'The start failed: oops'],
  ])('is one line: %s', (error, text) => {
    expect(startErrorText(error)).toBe(text)
  })
})
