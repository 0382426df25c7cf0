import { isUuid } from '../../lib/ids/uuid.ts'
import { type Command, exitCodes } from '../command.ts'
import { withStores } from '../with-stores.ts'

export const usersExport: Command = {
  name: 'users export',
  parameters: 'ID',
  description: 'Prints all data that is stored about a user as JSON, without hashes and secrets.',
  async run(terminal, args) {
    const [id, ...rest] = args
    if (!isUuid(id) || rest.length > 0) {
      terminal.printError('users export requires the ID of a user.')
      return exitCodes.usageError
    }
    const person = await withStores(terminal, ({ personExport }) => personExport.collect(id))
    if (person === null) {
      terminal.printError('The user does not exist.')
      return exitCodes.failure
    }
    terminal.print(JSON.stringify(person, null, 2))
    return exitCodes.success
  },
}
