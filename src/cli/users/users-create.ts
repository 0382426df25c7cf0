import { exitCodes } from '../command.ts'
import { defineCommand } from '../define-command.ts'
import { reportUser } from './user-lines.ts'
import { readRole } from './users-list.ts'
import { withUsers } from './with-users.ts'

export const usersCreate = defineCommand({
  name: 'users create',
  parameters:
    'EMAIL [--tenant SLUG] [--role ROLE] [--username NAME] [--first-name NAME] [--last-name NAME] [--locale TAG]',
  json: true,
  description:
    'Creates an account without a password. The mail to the address has a link that sets the password and proves the address.',
  options: {
    tenant: { type: 'string' },
    role: { type: 'string', default: 'USER' },
    username: { type: 'string' },
    'first-name': { type: 'string' },
    'last-name': { type: 'string' },
    locale: { type: 'string' },
  },
  words: [1, 1],
  async run(terminal, { values, words: [email = ''] }) {
    const { username, locale } = values
    const input = { email, username, locale, role: readRole(values.role) }
    const names = { firstName: values['first-name'], lastName: values['last-name'] }
    const user = await withUsers(terminal, (users) =>
      users.createUser(values.tenant ?? null, { ...input, ...names }),
    )
    reportUser(
      terminal,
      user,
      'is created. The running service sends the mail that invites the user to set a password.',
    )
    return exitCodes.success
  },
})
