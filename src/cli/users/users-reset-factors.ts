import { createOperatorDirectory } from '../../app/create-operator-directory.ts'
import { readConfig } from '../../config/read-config.ts'
import { MailComposer } from '../../domain/mail/mail-composer.ts'
import { createResetFactors } from '../../flows/operator/reset-factors.ts'
import { createAccountMails } from '../../flows/steps/mails/account-mails.ts'
import {
  openKeys,
  openMigratedDatabase,
  openOperatorLog,
  openStores,
} from '../../infrastructure/operator-stores.ts'
import { type Command, exitCodes } from '../command.ts'
import { printableLine } from '../printable.ts'

const tenantOption = '--tenant'
const refusals = {
  NO_SUCH_TENANT: 'The tenant does not exist.',
  TENANT_INACTIVE: 'The tenant is deactivated. Reactivate it first.',
  NO_SUCH_USER: 'There is no account with this address.',
} as const

export const usersResetFactors: Command = {
  name: 'users reset-factors',
  parameters: `EMAIL [${tenantOption} SLUG]`,
  description:
    'Removes all second factors and recovery codes of the account with that e-mail address, ends its sessions and mails its owner.',
  async run(terminal, args) {
    const [email, option, slug, ...rest] = args
    const misused = option !== undefined && (option !== tenantOption || slug === undefined)
    if (email === undefined || misused || rest.length > 0) {
      terminal.printError(`Usage: users reset-factors EMAIL [${tenantOption} SLUG]`)
      return exitCodes.usageError
    }
    const config = readConfig(terminal.env)
    const database = await openMigratedDatabase(config)
    try {
      const log = openOperatorLog(config.audit, terminal.printError)
      const stores = openStores(database, log)
      const { sealer } = openKeys(config, database, log)
      const composer = new MailComposer({ sealer, ids: stores.ids, clock: stores.clock })
      const mails = createAccountMails({ ...stores, composer, lifetimes: config.oneTimeTokens })
      const reset = createResetFactors({ ...stores, mails, tenants: createOperatorDirectory(config, stores) })
      const result = await reset(email, slug ?? null)
      if (result.kind !== 'RESET') {
        terminal.printError(refusals[result.kind])
        return exitCodes.failure
      }
      const { user, removed } = result
      terminal.print(printableLine(`${user.email}: ${removed} second factors removed (${user.id})`))
      return exitCodes.success
    } finally {
      await database.close()
    }
  },
}
