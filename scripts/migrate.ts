// Applies the missing migrations to DIRECT_DATABASE_URL or DATABASE_URL, else to the embedded database: npm run db:migrate
import { readFileSync } from 'node:fs'
import { openEmbeddedDatabase } from '../src/adapters/prisma/embedded-database.ts'
import { openPostgresDatabase } from '../src/adapters/prisma/postgres-database.ts'
import { silentLogger } from '../src/lib/logger.ts'

const url = setting('DIRECT_DATABASE_URL') ?? setting('DATABASE_URL')
const folder = `${setting('DATA_DIR') ?? '.gatehouse'}/database`
const database =
  url === null
    ? await openEmbeddedDatabase({ folder, logger: silentLogger })
    : openPostgresDatabase({ url, directUrl: url, poolMin: 0, poolMax: 1, logger: silentLogger })

try {
  const applied = await database.migrate()
  for (const name of applied) console.log(`applied ${name}`)
  if (applied.length === 0) console.log('Nothing to apply.')
} finally {
  await database.close()
}

/** A variable, or what is in the file that its `_FILE` names. */
function setting(name: string): string | null {
  const file = process.env[`${name}_FILE`]
  if (file !== undefined) return readFileSync(file, 'utf8').trim()
  return process.env[name] || null
}
