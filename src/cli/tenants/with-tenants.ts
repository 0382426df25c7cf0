import type { Tenant } from '../../domain/tenants/tenant.ts'
import { createManageTenants } from '../../flows/operator/manage-tenants.ts'
import { type ExitCode, exitCodes, type Terminal } from '../command.ts'
import { printableLine } from '../printable.ts'
import { withAccountStores } from '../with-account-stores.ts'

type TenantManagement = ReturnType<typeof createManageTenants>

/** Opens what commands that change tenants use, with the configuration of the service, and closes it in any case. */
export function withTenants<T>(
  terminal: Terminal,
  work: (tenants: TenantManagement) => Promise<T>,
): Promise<T> {
  return withAccountStores(terminal, ({ stores, mails, sendsMail, tenants: { configured } }) =>
    work(createManageTenants({ ...stores, mails, bounds: { configured, sendsMail } })),
  )
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
