import type { Config } from '../config/config.ts'
import { openMigratedDatabase } from '../infrastructure/operator-stores.ts'
import type { Terminal } from './command.ts'
import { printableLine } from './printable.ts'

type DatabaseConfig = Pick<Config, 'database' | 'dataDir'>

/**
 * Opens the database for a command that reads or writes data. Prints if it is the embedded one.
 * @throws an Error for operators if it cannot be reached, is unsuitable, or lacks migrations
 */
export function openCommandDatabase(
  terminal: Terminal,
  config: DatabaseConfig,
): ReturnType<typeof openMigratedDatabase> {
  reportEmbeddedDatabase(terminal, config)
  return openMigratedDatabase(config)
}

/** Prints to standard error that a command uses the embedded database: a shell without DATABASE_URL can be a mistake. */
export function reportEmbeddedDatabase(
  { printNote }: Pick<Terminal, 'printNote'>,
  { database, dataDir }: DatabaseConfig,
): void {
  if (database.url !== null) return
  printNote?.(printableLine(`Database: embedded in ${dataDir}, because DATABASE_URL is not set.`))
}
