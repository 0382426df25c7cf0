import { readStoresConfig } from '../config/read-database-config.ts'
import { type OpenStores, openOperatorLog, openStores } from '../infrastructure/operator-stores.ts'
import type { Terminal } from './command.ts'
import { openCommandDatabase } from './open-command-database.ts'

/** Opens the database for one command, and closes it in any case. */
export async function withStores<T>(
  terminal: Terminal,
  work: (opened: OpenStores) => Promise<T>,
): Promise<T> {
  const config = readStoresConfig(terminal.env)
  const database = await openCommandDatabase(terminal, config)
  try {
    return await work(openStores(database, openOperatorLog(config.audit, terminal.printError)))
  } finally {
    await database.close()
  }
}
