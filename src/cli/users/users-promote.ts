import { createPromoteUser } from '../../flows/operator/promote-user.ts'
import { exitCodes } from '../command.ts'
import { defineCommand } from '../define-command.ts'
import { printableLine } from '../printable.ts'
import { withStores } from '../with-stores.ts'

export const usersPromote = defineCommand({
  name: 'users promote',
  parameters: 'USER [--tenant SLUG]',
  description: 'Makes an account (USER: id, e-mail address or username) an administrator.',
  options: { tenant: { type: 'string' } },
  words: [1, 1],
  async run(terminal, { values: { tenant = null }, words: [named = ''] }) {
    const { kind, user } = await withStores(terminal, (opened) =>
      createPromoteUser(opened)({ user: named, tenant }),
    )
    const state = kind === 'PROMOTED' ? 'is now an administrator' : 'was already an administrator'
    terminal.print(printableLine(`${user.email} ${state} (${user.id})`))
    if (user.emailVerifiedAt === null) {
      terminal.printError(
        'This address is not verified. Make sure that the account belongs to the intended person.',
      )
    }
    return exitCodes.success
  },
})
