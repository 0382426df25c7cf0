import { readDatabaseConfig } from '../config/read-database-config.ts'
import { openDatabase } from '../infrastructure/open-infrastructure.ts'
import { type OpenStores, openStores } from '../infrastructure/operator-stores.ts'
import { silentLogger } from '../lib/logger.ts'
import type { Terminal } from './command.ts'

/** Opens the database for one command, and closes it in any case. */
export async function withStores<T>(
  terminal: Terminal,
  work: (opened: OpenStores) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(readDatabaseConfig(terminal.env), silentLogger)
  try {
    return await work(openStores(database))
  } finally {
    await database.close()
  }
}
