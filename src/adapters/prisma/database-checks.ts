import { errorText } from '../../lib/text/error-text.ts'
import type { Database } from './database.ts'

/** @throws an Error for operators if the database does not respond */
export async function assertReachable(database: Database): Promise<void> {
  try {
    await database.ping()
  } catch (cause) {
    const text = errorText(cause)
    const hint = text.includes('unsupported startup parameter')
      ? '. DATABASE_URL names a connection pooler: set DIRECT_DATABASE_URL to the database without it'
      : ''
    throw new Error(`The database at DATABASE_URL cannot be reached: ${text}${hint}`, { cause })
  }
}

/** @throws an Error for operators if migrations are missing */
export async function assertMigrated(database: Database): Promise<void> {
  const pending = await database.pendingMigrations()
  if (pending.length === 0) return
  throw new Error(
    `The database lacks migrations (${pending.length} missing, the first one is ${pending[0]}): run "gatehouse migrate" ("npm run db:migrate" in a clone), or set MIGRATE_ON_START=on.`,
  )
}
