import { Problem } from '../../domain/problems.ts'
import { type Command, type ExitCode, exitCodes, type Terminal } from '../command.ts'
import { counted } from '../counted.ts'
import { isConfirmed, reportProblem, reportUsage } from '../define-command.ts'
import { readTenantArguments, type TenantArguments } from './tenant-arguments.ts'
import { reportTenant, withTenants } from './with-tenants.ts'

interface TenantCommand extends Pick<Command, 'name' | 'description'> {
  readonly parameters: string
  readonly options: readonly string[]
  /** The option that must be given. */
  readonly requires?: string
  readonly takesSettings: boolean
  change(terminal: Terminal, given: TenantArguments): Promise<ExitCode>
}

function tenantCommand(command: TenantCommand): Command {
  const { name, parameters, description, options, change } = command
  return {
    name,
    parameters,
    json: true,
    description,
    async run(terminal, args) {
      const given = readTenantArguments(args, options)
      const fault = typeof given === 'string' ? given : faultOf(given, command)
      if (typeof given === 'string' || fault !== null) {
        return reportUsage(terminal, command, String(fault))
      }
      try {
        return await change(terminal, given)
      } catch (error) {
        if (error instanceof Problem) return reportProblem(terminal, error)
        throw error
      }
    },
  }
}

function faultOf(
  { options, settings }: TenantArguments,
  { name, requires, takesSettings }: TenantCommand,
): string | null {
  if (!takesSettings && Object.keys(settings).length > 0) return `${name} takes no settings.`
  return requires === undefined || options.has(requires) ? null : `--${requires} is missing.`
}

export const tenantsCreate = tenantCommand({
  name: 'tenants create',
  parameters: 'SLUG --name NAME [--administrator EMAIL] [SETTING=VALUE …]',
  description:
    'Creates a tenant. Settings are those of the API, such as mfa=REQUIRED. The administrator gets a mail with a link that sets the password.',
  options: ['name', 'administrator'],
  requires: 'name',
  takesSettings: true,
  async change(terminal, { slug, options, settings }) {
    const input = { slug, name: options.get('name') ?? '', settings }
    const administratorEmail = options.get('administrator')
    const tenant = await withTenants(terminal, (tenants) =>
      tenants.createTenant({ ...input, ...(administratorEmail !== undefined && { administratorEmail }) }),
    )
    return reportTenant(terminal, tenant, 'is created', { changed: true })
  },
})

export const tenantsSet = tenantCommand({
  name: 'tenants set',
  parameters: 'SLUG [--name NAME] [SETTING=VALUE …] [--yes]',
  description:
    'Changes the name or settings of a tenant. SETTING=null returns to the configuration. An empty list of registrationDomains requires a confirmation or --yes. Processes use the change within a second.',
  options: ['name'],
  takesSettings: true,
  async change(terminal, { slug, options, settings, yes }) {
    const input = { name: options.get('name') ?? null, settings }
    const domains = settings.registrationDomains
    if (Array.isArray(domains) && domains.length === 0 && !(await isConfirmed(terminal, noDomains, yes)))
      return exitCodes.failure
    const edited = await withTenants(terminal, (tenants) => tenants.updateTenant(slug, input))
    const changed = edited?.revocation !== null
    return reportTenant(terminal, edited?.tenant ?? null, changed ? 'is changed' : 'is unchanged', {
      changed,
    })
  },
})

const noDomains =
  'An empty list of registrationDomains lets no address register. registrationDomains=null allows every domain. Continue?'

export const tenantsDeactivate = tenantCommand({
  name: 'tenants deactivate',
  parameters: 'SLUG --reason REASON',
  description:
    'Ends every session and API key of a tenant within a second, and refuses new ones. Its data is kept. The reason is for the audit log.',
  options: ['reason'],
  requires: 'reason',
  takesSettings: false,
  async change(terminal, { slug, options }) {
    const switched = await withTenants(terminal, (tenants) =>
      tenants.setTenantActive(slug, false, { reason: options.get('reason') ?? '' }),
    )
    const { revokedSessions = 0 } = switched ?? {}
    const changed = switched?.revocation !== null
    const what = changed
      ? `is inactive; ${counted(revokedSessions, 'session')} ended`
      : 'was already inactive'
    return reportTenant(terminal, switched?.tenant ?? null, what, { changed, revokedSessions })
  },
})

export const tenantsActivate = tenantCommand({
  name: 'tenants activate',
  parameters: 'SLUG --reason REASON',
  description:
    'Lets the users of a deactivated tenant sign in again. Earlier sessions and API keys stay ended. The reason is for the audit log.',
  options: ['reason'],
  requires: 'reason',
  takesSettings: false,
  async change(terminal, { slug, options }) {
    const switched = await withTenants(terminal, (tenants) =>
      tenants.setTenantActive(slug, true, { reason: options.get('reason') ?? '' }),
    )
    const changed = switched?.revocation !== null
    const what = changed ? 'is active' : 'was already active'
    return reportTenant(terminal, switched?.tenant ?? null, what, { changed })
  },
})
