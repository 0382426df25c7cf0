import { Client } from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { createServerDatabase } from '../support/test-database.ts'

const history = `CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL,
  finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0);
  INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('1', 'x', '20200101000000_shop', now())`

const inServers = describe.runIf(inject('backend') === 'servers')

/** Prepares a database with the statements, and returns what each URL suffix of a migration reports. */
async function withDatabase(
  prepared: { encoding?: string; sql?: string },
  work: (migrate: (suffix?: string) => Promise<unknown>, tables: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const { url, drop } = await createServerDatabase({
    migrated: false,
    ...(prepared.encoding === undefined ? {} : { encoding: prepared.encoding }),
  })
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(prepared.sql ?? '')
    const tables = async () =>
      (await client.query('SELECT schemaname, tablename FROM pg_tables ORDER BY 1, 2')).rows
    const migrate = async (suffix = '') => {
      const own = `${url}${suffix}`
      const options = { url: own, directUrl: own, poolMin: 0, poolMax: 2, logger: silentLogger }
      const database = openPostgresDatabase(options)
      return database
        .migrate()
        .catch((error: unknown) => error)
        .finally(() => database.close())
    }
    await work(migrate, tables)
  } finally {
    await client.end()
    await drop()
  }
}

inServers('a database of another application', () => {
  it.each([
    ['with its own migrations', `CREATE TABLE users (id int); ${history}`, '20200101000000_shop'],
    ['with migrations and no table', history, '20200101000000_shop'],
    ['with tables only', 'CREATE TABLE orders (id int)', 'the tables orders'],
    ['with a view only', 'CREATE VIEW totals AS SELECT 1 AS sum', 'the tables totals'],
  ])('%s is refused unchanged, and a schema of its own is accepted', async (_name, sql, named) => {
    await withDatabase({ sql }, async (migrate, tables) => {
      const before = await tables()
      const refusal = await migrate()
      expect(refusal).toMatchObject({ message: expect.stringContaining('?schema=') })
      expect(refusal).toMatchObject({ message: expect.stringContaining(named) })
      expect(await tables()).toEqual(before)
      expect(await migrate('?schema=auth')).toContainEqual(expect.stringMatching(/^\d{14}_first$/))
      expect(await migrate('?schema=auth')).toEqual([])
    })
  })

  it('is not confused with objects that an extension created', async () => {
    await withDatabase({ sql: 'CREATE EXTENSION pg_stat_statements' }, async (migrate) => {
      expect(await migrate()).toContainEqual(expect.stringMatching(/^\d{14}_first$/))
    })
  })
})

inServers('the encoding of a database', () => {
  it.each(['LATIN1', 'SQL_ASCII'])('%s is refused, and UTF8 is named', async (encoding) => {
    await withDatabase({ encoding }, async (migrate, tables) => {
      const before = await tables()
      expect(await migrate()).toMatchObject({ message: expect.stringContaining(encoding) })
      expect(await migrate()).toMatchObject({ message: expect.stringContaining('requires UTF8') })
      expect(await tables()).toEqual(before)
    })
  })
})
