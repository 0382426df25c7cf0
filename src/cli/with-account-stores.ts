import { createOperatorDirectory } from '../app/create-operator-directory.ts'
import { readConfig } from '../config/read-config.ts'
import { MailComposer } from '../domain/mail/mail-composer.ts'
import { createAccountMails } from '../flows/steps/mails/account-mails.ts'
import { openOperatorLog, openSealer, openStores } from '../infrastructure/operator-stores.ts'
import type { Terminal } from './command.ts'
import { openCommandDatabase } from './open-command-database.ts'

/** Opens what commands that change accounts and mail their owners use, with the configuration of the service, and closes it in any case. */
export async function withAccountStores<T>(
  terminal: Terminal,
  work: (opened: ReturnType<typeof openAccountStores>) => Promise<T>,
): Promise<T> {
  const config = readConfig(terminal.env)
  const database = await openCommandDatabase(terminal, config)
  try {
    return await work(openAccountStores(terminal, config, database))
  } finally {
    await database.close()
  }
}

function openAccountStores(
  terminal: Terminal,
  config: ReturnType<typeof readConfig>,
  database: Awaited<ReturnType<typeof openCommandDatabase>>,
) {
  const stores = openStores(database, openOperatorLog(config.audit, terminal.printError))
  const composer = new MailComposer({ ...stores, sealer: openSealer(config) })
  return {
    stores,
    mails: createAccountMails({ ...stores, composer, lifetimes: config.oneTimeTokens }),
    tenants: createOperatorDirectory(config, stores),
    sendsMail: config.mail !== null,
  }
}
