import { readDatabaseConfig } from '../config/read-database-config.ts'
import { describeAddresses } from '../infrastructure/address-report.ts'
import { openDatabase } from '../infrastructure/open-infrastructure.ts'
import { silentLogger } from '../lib/observation/logger.ts'
import { type Command, exitCodes } from './command.ts'
import { reportEmbeddedDatabase } from './open-command-database.ts'

export const migrate: Command = {
  name: 'migrate',
  parameters: null,
  json: true,
  description: 'Applies pending migrations, over DIRECT_DATABASE_URL if it is set. Safe to repeat.',
  async run(terminal) {
    const config = readDatabaseConfig(terminal.env)
    reportEmbeddedDatabase(terminal, config)
    const database = await openDatabase(config, silentLogger)
    try {
      terminal.showProgress?.('applying migrations …')
      const applied = await database.migrate()
      terminal.showProgress?.('normalising addresses …')
      const addresses = await database.normaliseAddresses()
      if (terminal.json) {
        terminal.print(JSON.stringify({ applied, addresses }))
        return exitCodes.success
      }
      for (const name of applied) terminal.print(`applied ${name}`)
      if (applied.length === 0) terminal.print('Nothing to apply.')
      const { done, problems } = describeAddresses(addresses)
      if (done !== null) terminal.print(done)
      for (const problem of problems) terminal.printError(problem)
      return exitCodes.success
    } finally {
      await database.close()
    }
  },
}
