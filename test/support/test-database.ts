import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Client } from 'pg'
import { inject } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { openEmbeddedDatabase } from '../../src/adapters/prisma/embedded/embedded-database.ts'
import {
  openPostgresDatabase,
  type PostgresDatabase,
} from '../../src/adapters/prisma/server/postgres-database.ts'
import { defaultLimits, type PostgresLimits } from '../../src/adapters/prisma/server/postgres-options.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { patienceMs } from './eventually.ts'

/** No limit of time ends a test on a busy machine. Tests of the limits themselves use those of production. */
const patient: PostgresLimits = {
  connectMs: patienceMs,
  statementMs: patienceMs,
  responseMs: patienceMs,
  transactionMs: patienceMs,
}

/**
 * A new migrated database on the backend of this project. It contains only the default tenant. Open one per test file:
 * an embedded one takes about a second. Closing it removes it.
 */
export async function openTestDatabase(): Promise<Database> {
  if (inject('backend') === 'servers') return openServerTestDatabase(patient)
  const dump = new Blob([await readFile(inject('embeddedDump'))])
  return openEmbeddedDatabase({
    folder: null,
    loadDataDir: dump,
    logger: silentLogger,
    transactionLimitMs: patienceMs,
  })
}

/** A database on the server of TEST_DATABASE_URL, and its URL for further connections. */
export interface ServerTestDatabase extends Database {
  readonly url: string
}

/** The same on the PostgreSQL server. Only in projects with TEST_DATABASE_URL. */
export async function openServerTestDatabase(
  limits: PostgresLimits = defaultLimits,
): Promise<ServerTestDatabase> {
  const { url, drop } = await createServerDatabase()
  const database = openPostgresDatabase({
    url,
    directUrl: url,
    poolMin: 0,
    poolMax: 5,
    logger: silentLogger,
    limits,
  })
  return new DroppedOnClose(database, url, drop)
}

/** A database for tests that open it themselves, for example in several processes. It is a copy of the template, or empty. */
export async function createServerDatabase({ migrated = true, encoding = 'UTF8' } = {}): Promise<{
  readonly url: string
  readonly drop: () => Promise<void>
}> {
  const server = inject('postgresServer')
  if (server === null) throw new Error('The project "embedded" has no PostgreSQL server.')
  const name = `gatehouse_test_${process.pid}_${randomUUID().slice(0, 8)}`
  await administer(
    server.url,
    encoding === 'UTF8'
      ? `CREATE DATABASE "${name}" TEMPLATE "${migrated ? server.template : 'template1'}"`
      : `CREATE DATABASE "${name}" ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
  )
  const url = Object.assign(new URL(server.url), { pathname: `/${name}` }).href
  return { url, drop: () => administer(server.url, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`) }
}

class DroppedOnClose implements ServerTestDatabase {
  readonly kind = 'postgres'
  readonly url: string
  readonly #database: PostgresDatabase
  readonly #drop: () => Promise<void>

  constructor(database: PostgresDatabase, url: string, drop: () => Promise<void>) {
    this.#database = database
    this.url = url
    this.#drop = drop
  }

  get client(): PostgresDatabase['client'] {
    return this.#database.client
  }

  ping(): Promise<void> {
    return this.#database.ping()
  }

  assertSuitable(): Promise<void> {
    return this.#database.assertSuitable()
  }

  migrate(): Promise<readonly string[]> {
    return this.#database.migrate()
  }

  normaliseAddresses(): ReturnType<PostgresDatabase['normaliseAddresses']> {
    return this.#database.normaliseAddresses()
  }

  pendingMigrations(): Promise<readonly string[]> {
    return this.#database.pendingMigrations()
  }

  async close(): Promise<void> {
    await this.#database.close()
    await this.#drop()
  }
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
