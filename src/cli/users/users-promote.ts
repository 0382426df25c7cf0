import { createPromoteUser, type Promotion } from '../../flows/operator/promote-user.ts'
import { type Command, exitCodes } from '../command.ts'
import { printableLine } from '../printable.ts'
import { withStores } from '../with-stores.ts'

const tenantOption = '--tenant'

export const usersPromote: Command = {
  name: 'users promote',
  parameters: `EMAIL [${tenantOption} SLUG]`,
  description: 'Makes the account with that e-mail address an administrator.',
  async run(terminal, args) {
    const [email, option, slug, ...rest] = args
    const misused = option !== undefined && (option !== tenantOption || slug === undefined)
    if (email === undefined || misused || rest.length > 0) {
      terminal.printError(`Usage: users promote EMAIL [${tenantOption} SLUG]`)
      return exitCodes.usageError
    }
    const promotion = await withStores(terminal, (opened) => createPromoteUser(opened)(email, slug ?? null))
    if (!('user' in promotion)) {
      terminal.printError(refusals[promotion.kind])
      return exitCodes.failure
    }
    const { kind, user } = promotion
    const state = kind === 'PROMOTED' ? 'is now an administrator' : 'was already an administrator'
    terminal.print(printableLine(`${user.email} ${state} (${user.id})`))
    if (user.emailVerifiedAt === null) {
      terminal.printError(
        'This address is not verified. Make sure that the account belongs to the intended person.',
      )
    }
    return exitCodes.success
  },
}

const refusals: Readonly<Record<Exclude<Promotion['kind'], 'PROMOTED' | 'ALREADY_ADMINISTRATOR'>, string>> = {
  NO_SUCH_TENANT: 'The tenant does not exist.',
  TENANT_INACTIVE: 'The tenant is deactivated. Reactivate it first.',
  NO_SUCH_USER: 'There is no account with this address. Register it first.',
  NOT_IN_USE: 'The account is deactivated or locked.',
}
