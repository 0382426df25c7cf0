import { createOperatorDirectory } from '../../app/create-operator-directory.ts'
import { readConfig } from '../../config/read-config.ts'
import { MailComposer } from '../../domain/mail/mail-composer.ts'
import type { Tenant } from '../../domain/tenants/tenant.ts'
import { createManageTenants } from '../../flows/operator/manage-tenants.ts'
import { createAccountMails } from '../../flows/steps/mails/account-mails.ts'
import {
  openMigratedDatabase,
  openOperatorLog,
  openSealer,
  openStores,
} from '../../infrastructure/operator-stores.ts'
import { type ExitCode, exitCodes, type Terminal } from '../command.ts'
import { printableLine } from '../printable.ts'

type TenantManagement = ReturnType<typeof createManageTenants>

/** Opens what commands that change tenants use, with the configuration of the service, and closes it in any case. */
export async function withTenants<T>(
  terminal: Terminal,
  work: (tenants: TenantManagement) => Promise<T>,
): Promise<T> {
  const config = readConfig(terminal.env)
  const database = await openMigratedDatabase(config)
  try {
    const stores = openStores(database, openOperatorLog(config.audit, terminal.printError))
    const composer = new MailComposer({ ...stores, sealer: openSealer(config) })
    const mails = createAccountMails({ ...stores, composer, lifetimes: config.oneTimeTokens })
    const { configured } = createOperatorDirectory(config, stores)
    const bounds = { configured, sendsMail: config.mail !== null }
    return await work(createManageTenants({ ...stores, mails, bounds }))
  } finally {
    await database.close()
  }
}

/** Prints a tenant after a change, as a sentence or for programs, or that there is none. */
export function reportTenant(
  terminal: Terminal,
  tenant: Tenant | null,
  what: string,
  facts: { readonly changed: boolean; readonly revokedSessions?: number },
): ExitCode {
  if (tenant === null) {
    terminal.printError('The tenant does not exist.')
    return exitCodes.failure
  }
  const { id, slug, name, active } = tenant
  if (terminal.json) terminal.print(JSON.stringify({ id, slug, name, active, ...facts }))
  else terminal.print(printableLine(`${slug} ${what} (${id})`))
  return exitCodes.success
}
