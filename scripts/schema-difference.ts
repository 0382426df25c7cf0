import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { EmbeddedAdapterFactory } from '../src/adapters/prisma/embedded/embedded-adapter.ts'
import { EmbeddedPostgres } from '../src/adapters/prisma/embedded/embedded-postgres.ts'
import { readMigrations } from '../src/adapters/prisma/migrations/migration-folder.ts'
import { openSchemaEngine } from '../src/adapters/prisma/migrations/schema-engine.ts'

const schemaFile = fileURLToPath(new URL('../prisma/schema.prisma', import.meta.url))
const identical = 0

/** The SQL from prisma/migrations to prisma/schema.prisma; null if they agree. Computed on PGlite. */
export async function schemaDifference(): Promise<string | null> {
  const postgres = new EmbeddedPostgres()
  const content = await readFile(schemaFile, 'utf8')
  const engine = await openSchemaEngine(new EmbeddedAdapterFactory(postgres), content)
  try {
    const { exitCode, stdout } = await engine.diff({
      from: { tag: 'migrations', ...(await readMigrations()) },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    })
    return exitCode === identical ? null : stdout
  } finally {
    engine.free()
    await postgres.close()
  }
}
