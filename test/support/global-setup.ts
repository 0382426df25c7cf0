import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { generate } from '../../scripts/build.mjs'
import { makeKeyStock } from './key-stock.ts'

/** The server of the test databases of a run. */
export interface PostgresServer {
  readonly url: string
  /** A migrated database that they copy. */
  readonly template: string
  /** Their names start with it. At the end of the run those that are left are dropped. */
  readonly prefix: string
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Backend of the tests of this project. */
    backend: 'embedded' | 'servers'
    /** A dump of a migrated embedded data folder. */
    embeddedDump: string
    /** A file with RSA keys for the services of tests. */
    keyStock: string
    /** Null on the embedded backend. */
    postgresServer: PostgresServer | null
    /** Null on the embedded backend. */
    redisUrl: string | null
  }
}

const cacheFolder = fileURLToPath(new URL('../../node_modules/.cache/gatehouse', import.meta.url))
const migrationFolder = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))

/** Prepares the templates that test files copy: a migrated embedded data folder and a migrated database on the server. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  generate()
  const servers = project.name === 'servers'
  const url = servers ? required('TEST_DATABASE_URL') : null
  const server = url === null ? null : await prepareServer(url)
  project.provide('backend', servers ? 'servers' : 'embedded')
  project.provide('embeddedDump', await makeDump())
  project.provide('keyStock', await makeKeyStock(`${cacheFolder}/signing-keys.json`))
  project.provide('postgresServer', server)
  project.provide('redisUrl', servers ? required('TEST_REDIS_URL') : null)
  return async () => {
    if (server !== null) await dropDatabases(server)
  }
}

function required(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set.`)
  return value
}

/** A dump with the current migrations; cached until they change. */
async function makeDump(): Promise<string> {
  const file = `${cacheFolder}/embedded-${await digestOfMigrations()}.tar`
  if (await stat(file).catch(() => null)) return file
  const { openEmbeddedDatabase } = await import('../../src/adapters/prisma/embedded/embedded-database.ts')
  const { silentLogger } = await import('../../src/lib/observation/logger.ts')
  const database = await openEmbeddedDatabase({ folder: null, logger: silentLogger })
  await database.migrate()
  const dump = await database.postgres.dumpDataDir('none')
  await database.close()
  await mkdir(cacheFolder, { recursive: true })
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, new Uint8Array(await dump.arrayBuffer()))
  await rename(draft, file)
  return file
}

async function digestOfMigrations(): Promise<string> {
  const hash = createHash('sha256')
  for (const name of (await readdir(migrationFolder)).sort()) {
    const sql = await readFile(`${migrationFolder}/${name}/migration.sql`).catch(() => '')
    hash.update(name).update(sql)
  }
  hash.update(
    await readFile(new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url)),
  )
  return hash.digest('hex').slice(0, 16)
}

async function prepareServer(url: string): Promise<PostgresServer> {
  const id = `${process.pid}_${randomUUID().slice(0, 8)}`
  const server = { url, template: `gatehouse_template_${id}`, prefix: `gatehouse_test_${id}_` }
  await migrateTemplate(server)
  return server
}

async function migrateTemplate({ url, template }: PostgresServer): Promise<void> {
  await run(url, `CREATE DATABASE "${template}"`)
  const { openPostgresDatabase } = await import('../../src/adapters/prisma/server/postgres-database.ts')
  const { silentLogger } = await import('../../src/lib/observation/logger.ts')
  const own = Object.assign(new URL(url), { pathname: `/${template}` }).href
  const database = openPostgresDatabase({
    url: own,
    directUrl: own,
    poolMin: 0,
    poolMax: 1,
    logger: silentLogger,
  })
  await database.migrate()
  await database.close()
}

async function dropDatabases({ url, template, prefix }: PostgresServer): Promise<void> {
  const left = await run(
    url,
    `SELECT datname AS name FROM pg_database WHERE starts_with(datname, '${prefix}')`,
  )
  for (const name of [...left.map(({ name }) => name), template])
    await run(url, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)
}

async function run(url: string, sql: string): Promise<readonly { readonly name: string }[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ name: string }>(sql).finally(() => client.end())
  return rows
}
