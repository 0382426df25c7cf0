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
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { patienceMs } from './eventually.ts'
import type { PostgresServer } from './global-setup.ts'
import { takeSpareDatabase } from './spare-databases.ts'
import { type ServerDatabase, takeSpareServerDatabase } from './spare-server-databases.ts'

/** No limit of time ends a test on a busy machine. Tests of the limits themselves use those of production. */
export const patientLimits: PostgresLimits = {
  connectMs: patienceMs,
  waitMs: patienceMs,
  statementMs: patienceMs,
  responseMs: patienceMs,
  transactionMs: patienceMs,
}

/**
 * A migrated database on the backend of this project that contains only the default tenant. Closing it removes
 * everything in it. Later tests of the same worker reuse it.
 */
export async function openTestDatabase(): Promise<Database> {
  if (inject('backend') === 'servers') return openServerTestDatabase(patientLimits)
  return takeSpareDatabase(inject('embeddedDump'), patienceMs)
}

/** The same for tests of opening and closing: no other test uses the database. An embedded one takes about a second. */
export async function openOwnTestDatabase(): Promise<Database> {
  if (inject('backend') === 'servers') return openServerTestDatabase(patientLimits)
  const loadDataDir = new Blob([await readFile(inject('embeddedDump'))])
  return openEmbeddedDatabase({
    folder: null,
    loadDataDir,
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

/**
 * A database for tests that open it themselves, for example in several processes. A migrated one may be reused by later
 * tests of the same worker; otherwise it is empty.
 */
export function createServerDatabase({ migrated = true, encoding = 'UTF8' } = {}): Promise<ServerDatabase> {
  const server = inject('postgresServer')
  if (server === null) throw new Error('The project "embedded" has no PostgreSQL server.')
  if (migrated) return takeSpareServerDatabase(() => create(server, `TEMPLATE "${server.template}"`))
  if (encoding === 'UTF8') return create(server, 'TEMPLATE template1')
  return create(server, `ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`)
}

async function create({ url: serverUrl, prefix }: PostgresServer, options: string): Promise<ServerDatabase> {
  const name = `${prefix}${process.pid}_${randomUUID().slice(0, 8)}`
  await administer(serverUrl, `CREATE DATABASE "${name}" ${options}`)
  // A commit returns before it is on the disk. Only a crash of the server could lose it, which no test causes.
  await administer(serverUrl, `ALTER DATABASE "${name}" SET synchronous_commit TO off`)
  const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href
  return { url, drop: () => administer(serverUrl, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`) }
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

  get frequent(): PostgresDatabase['frequent'] {
    return this.#database.frequent
  }

  get connections(): PostgresDatabase['connections'] {
    return this.#database.connections
  }

  openConnections(): Promise<void> {
    return this.#database.openConnections()
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

  areAddressesNormalised(): Promise<boolean> {
    return this.#database.areAddressesNormalised()
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
