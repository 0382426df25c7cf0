import { createOperatorDirectory } from '../../app/create-operator-directory.ts'
import { readConfig } from '../../config/read-config.ts'
import { MailComposer } from '../../domain/mail/mail-composer.ts'
import { createManageUsers } from '../../flows/operator/manage-users.ts'
import { createAccountMails } from '../../flows/steps/mails/account-mails.ts'
import {
  type OpenStores,
  openMigratedDatabase,
  openOperatorLog,
  openSealer,
  openStores,
} from '../../infrastructure/operator-stores.ts'
import type { Terminal } from '../command.ts'

/** Opens what commands that change accounts use, with the configuration of the service, and closes it in any case. */
export async function withUsers<T>(
  terminal: Terminal,
  work: (users: ReturnType<typeof createManageUsers>, stores: OpenStores) => Promise<T>,
): Promise<T> {
  const config = readConfig(terminal.env)
  const database = await openMigratedDatabase(config)
  try {
    const stores = openStores(database, openOperatorLog(config.audit, terminal.printError))
    const composer = new MailComposer({ ...stores, sealer: openSealer(config) })
    const mails = createAccountMails({ ...stores, composer, lifetimes: config.oneTimeTokens })
    const tenants = createOperatorDirectory(config, stores)
    const sendsMail = config.mail !== null
    return await work(createManageUsers({ ...stores, mails, tenants, sendsMail }), stores)
  } finally {
    await database.close()
  }
}
