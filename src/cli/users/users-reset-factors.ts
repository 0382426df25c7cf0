import { createOperatorDirectory } from '../../app/create-operator-directory.ts'
import { readConfig } from '../../config/read-config.ts'
import { MailComposer } from '../../domain/mail/mail-composer.ts'
import { createResetFactors } from '../../flows/operator/reset-factors.ts'
import { createAccountMails } from '../../flows/steps/mails/account-mails.ts'
import { openKeys, openOperatorLog, openStores } from '../../infrastructure/operator-stores.ts'
import { exitCodes } from '../command.ts'
import { counted } from '../counted.ts'
import { defineCommand } from '../define-command.ts'
import { openCommandDatabase } from '../open-command-database.ts'
import { printableLine } from '../printable.ts'

export const usersResetFactors = defineCommand({
  name: 'users reset-factors',
  parameters: 'USER [--tenant SLUG]',
  description:
    'Removes all second factors and recovery codes of an account (USER: id, e-mail address or username), ends its sessions and mails its owner.',
  options: { tenant: { type: 'string' } },
  words: [1, 1],
  async run(terminal, { values: { tenant = null }, words: [named = ''] }) {
    const config = readConfig(terminal.env)
    const database = await openCommandDatabase(terminal, config)
    try {
      const log = openOperatorLog(config.audit, terminal.printError)
      const stores = openStores(database, log)
      const { sealer } = openKeys(config, database, log)
      const composer = new MailComposer({ sealer, ids: stores.ids, clock: stores.clock })
      const mails = createAccountMails({ ...stores, composer, lifetimes: config.oneTimeTokens })
      const reset = createResetFactors({ ...stores, mails, tenants: createOperatorDirectory(config, stores) })
      const { user, removed } = await reset({ user: named, tenant })
      const what = counted(removed, 'second factor')
      terminal.print(printableLine(`${user.email}: ${what} removed (${user.id})`))
      return exitCodes.success
    } finally {
      await database.close()
    }
  },
})
