import { findSubject } from '../../flows/operator/find-subject.ts'
import { exitCodes } from '../command.ts'
import { defineCommand } from '../define-command.ts'
import { withStores } from '../with-stores.ts'

export const usersExport = defineCommand({
  name: 'users export',
  parameters: 'USER [--tenant SLUG]',
  description:
    'Prints all data that is stored about a user (id, e-mail address or username) as JSON, without hashes and secrets.',
  options: { tenant: { type: 'string' } },
  words: [1, 1],
  async run(terminal, { values: { tenant = null }, words: [named = ''] }) {
    const person = await withStores(terminal, async (opened) => {
      const { user } = await findSubject(opened, { user: named, tenant })
      return opened.personExport.collect(user.id)
    })
    if (person === null) {
      terminal.printError('The user does not exist.')
      return exitCodes.failure
    }
    terminal.print(JSON.stringify(person, null, 2))
    return exitCodes.success
  },
})
