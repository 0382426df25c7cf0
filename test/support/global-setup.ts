import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { generate } from '../../scripts/build.mjs'

declare module 'vitest' {
  interface ProvidedContext {
    /** Backend of the tests of this project. */
    backend: 'embedded' | 'servers'
    /** A dump of a migrated embedded data folder. */
    embeddedDump: string
    /** Server for test databases, and the migrated database that they copy; null on the embedded backend. */
    postgresServer: { readonly url: string; readonly template: string } | null
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
  const template = url === null ? null : await makeTemplate(url)
  project.provide('backend', servers ? 'servers' : 'embedded')
  project.provide('embeddedDump', await makeDump())
  project.provide('postgresServer', url === null || template === null ? null : { url, template })
  project.provide('redisUrl', servers ? required('TEST_REDIS_URL') : null)
  return async () => {
    if (url !== null) await run(url, `DROP DATABASE IF EXISTS "${template}" WITH (FORCE)`)
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
  const { silentLogger } = await import('../../src/lib/logger.ts')
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

async function makeTemplate(url: string): Promise<string> {
  const template = `gatehouse_template_${process.pid}_${randomUUID().slice(0, 8)}`
  await run(url, `CREATE DATABASE "${template}"`)
  const { openPostgresDatabase } = await import('../../src/adapters/prisma/server/postgres-database.ts')
  const { silentLogger } = await import('../../src/lib/logger.ts')
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
  return template
}

async function run(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
