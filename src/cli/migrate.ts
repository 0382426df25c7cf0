import { readDatabaseConfig } from '../config/read-database-config.ts'
import { openDatabase } from '../infrastructure/open-infrastructure.ts'
import { silentLogger } from '../lib/logger.ts'
import { type Command, exitCodes } from './command.ts'

export const migrate: Command = {
  name: 'migrate',
  parameters: null,
  description: 'Applies pending migrations, over DIRECT_DATABASE_URL if it is set. Safe to repeat.',
  async run(terminal) {
    const database = await openDatabase(readDatabaseConfig(terminal.env), silentLogger)
    try {
      const applied = await database.migrate()
      for (const name of applied) terminal.print(`applied ${name}`)
      if (applied.length === 0) terminal.print('Nothing to apply.')
      const { changed, collisions, invalid } = await database.normaliseAddresses()
      if (changed > 0) terminal.print(`normalised the domains of ${changed} addresses`)
      for (const id of collisions)
        terminal.printError(`collision: the normalised address of user ${id} belongs to another account`)
      for (const id of invalid)
        terminal.printError(`invalid: the address of user ${id} is not valid any more`)
      return exitCodes.success
    } finally {
      await database.close()
    }
  },
}
