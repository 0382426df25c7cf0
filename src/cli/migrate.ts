import { readDatabaseConfig } from '../config/read-database-config.ts'
import { openDatabase } from '../infrastructure/open-infrastructure.ts'
import { silentLogger } from '../lib/logger.ts'
import { type Command, exitCodes } from './command.ts'

export const migrate: Command = {
  name: 'migrate',
  takes: null,
  sentence: 'Brings the tables up to date, over DIRECT_DATABASE_URL where it is set. Harmless to repeat.',
  async run(terminal) {
    const database = await openDatabase(readDatabaseConfig(terminal.env), silentLogger)
    try {
      const applied = await database.migrate()
      for (const name of applied) terminal.print(`applied ${name}`)
      if (applied.length === 0) terminal.print('Nothing to apply.')
      return exitCodes.done
    } finally {
      await database.close()
    }
  },
}
