import { readDatabaseConfig } from '../config/read-database-config.ts'
import { type OpenStores, openMigratedDatabase, openStores } from '../infrastructure/operator-stores.ts'
import type { Terminal } from './command.ts'

/** Opens the database for one command, and closes it in any case. */
export async function withStores<T>(
  terminal: Terminal,
  work: (opened: OpenStores) => Promise<T>,
): Promise<T> {
  const database = await openMigratedDatabase(readDatabaseConfig(terminal.env))
  try {
    return await work(openStores(database))
  } finally {
    await database.close()
  }
}
