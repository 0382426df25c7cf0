import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { describe, expect, inject, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { migrationNames } from '../../src/adapters/prisma/migrations/migration-folder.ts'
import { PostgresMigrationFactory } from '../../src/adapters/prisma/migrations/postgres-migration-factory.ts'
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { createPinoLogger } from '../../src/adapters/telemetry/pino-logger.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { openDatabase, openInfrastructure } from '../../src/infrastructure/open-infrastructure.ts'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { eventually } from '../support/eventually.ts'
import { createServerDatabase } from '../support/test-database.ts'

const program = fileURLToPath(new URL('../support/migrate-server.ts', import.meta.url))

describe.runIf(inject('backend') === 'servers')('migrations on a PostgreSQL server', () => {
  it('are applied once by four processes that start together, and none fails', async () => {
    const { url, drop } = await createServerDatabase({ migrated: false })
    const database = openPostgresDatabase({
      url,
      directUrl: url,
      poolMin: 0,
      poolMax: 1,
      logger: silentLogger,
    })
    expect(await database.pendingMigrations()).toEqual(await migrationNames())
    const args = ['--import', 'tsx', program, url]
    const runs = Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, args))
    const applied = (await Promise.all(runs)).map(({ stdout }) => stdout)
    expect(applied.filter((names) => names !== '[]')).toEqual([JSON.stringify(await migrationNames())])
    expect(await database.pendingMigrations()).toEqual([])
    expect(await database.client.tenant.count()).toBe(1)
    await database.close()
    await drop()
  })
})

describe.runIf(inject('backend') === 'servers')('a start with MIGRATE_ON_START', () => {
  it('normalises addresses until a run has found nothing to do, also after a start that was interrupted', async () => {
    const { url, drop } = await createServerDatabase()
    const log: string[] = []
    const start = async <T>(afterwards: (database: Database) => Promise<T>): Promise<T> => {
      log.length = 0
      const logger = createPinoLogger(
        { level: 'info', format: 'json' },
        { write: (line) => void log.push(line) },
      )
      const closer = new Closer()
      const config = readConfig({ DATABASE_URL: url, MIGRATE_ON_START: 'on', NODE_ENV: 'test' })
      await openInfrastructure(config, logger, closer)
      await closer.close()
      const database = await openDatabase(config, silentLogger)
      return afterwards(database).finally(() => database.close())
    }
    const store = async ({ client }: Database) => {
      const tenant = await client.tenant.findFirstOrThrow()
      const id = randomUUID()
      await client.user.create({ data: { id, tenantId: tenant.id, email: `${id}@exämple.com` } })
      return id
    }
    const emailOf = ({ client }: Database, id: string) =>
      client.user.findUniqueOrThrow({ where: { id } }).then(({ email }) => email)
    // No start has run yet: the migrations of the template were applied by a process that ended before the next step.
    const database = openPostgresDatabase({
      url,
      directUrl: url,
      poolMin: 0,
      poolMax: 1,
      logger: silentLogger,
    })
    const first = await store(database)
    await database.close()
    const second = await start(async (found) => {
      expect(await emailOf(found, first)).toBe(`${first}@xn--exmple-cua.com`)
      return store(found)
    })
    expect(log.join()).toContain('normalised the domains of 1 addresses')
    await start(async (found) => expect(await emailOf(found, second)).toBe(`${second}@xn--exmple-cua.com`))
    const third = await start(store)
    await start(async (found) => expect(await emailOf(found, third)).toBe(`${third}@exämple.com`))
    expect(log.join()).not.toContain('normalised')
    await drop()
  })
})

describe.runIf(inject('backend') === 'servers')('a migration while the service uses the tables', () => {
  it('is repeated after a deadlock, so that it does not block later ones as a failed one', async () => {
    const { url, drop } = await createServerDatabase()
    const client = new Client({ connectionString: url })
    await client.connect()
    await client.query('CREATE TABLE first (id int); CREATE TABLE second (id int)')
    const factory = new PostgresMigrationFactory(url, silentLogger)
    const adapter = await factory.connect()
    await client.query('BEGIN; LOCK TABLE second')
    const migrated = adapter.executeScript('ALTER TABLE first ADD a int; ALTER TABLE second ADD a int')
    await eventually(async () => {
      const waiting = await client.query(
        `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'second'::regclass`,
      )
      expect(waiting.rows).toHaveLength(1)
    })
    // The server ends one of both. This one asks later, so the server finds the deadlock for the migration.
    const asked = client.query('LOCK TABLE first').catch(() => undefined)
    await asked
    await client.query('COMMIT')
    await migrated
    expect((await client.query('SELECT a FROM first')).rows).toEqual([])
    await factory.close()
    await client.end()
    await drop()
  })
})
