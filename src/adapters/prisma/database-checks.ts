import type { Database } from './database.ts'

/** @throws an Error that tells an operator where to look, when the database does not answer */
export async function assertReachable(database: Database): Promise<void> {
  try {
    await database.ping()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'no reason given'
    throw new Error(`The database of DATABASE_URL cannot be reached: ${reason}`, { cause })
  }
}

/** @throws an Error that tells an operator what to do, when migrations are missing */
export async function assertMigrated(database: Database): Promise<void> {
  const pending = await database.pendingMigrations()
  if (pending.length === 0) return
  throw new Error(
    `The database lacks migrations (${pending.join(', ')}): run "npm run db:migrate", or set MIGRATE_ON_START=on.`,
  )
}
