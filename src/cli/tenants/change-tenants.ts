import { Problem } from '../../domain/problems.ts'
import { type Command, type ExitCode, exitCodes, type Terminal } from '../command.ts'
import { reportProblem } from '../define-command.ts'
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
    description,
    async run(terminal, args) {
      const given = readTenantArguments(args, options)
      const fault = typeof given === 'string' ? given : faultOf(given, command)
      if (typeof given === 'string' || fault !== null) {
        terminal.printError(`${fault}\nUsage: ${name} ${parameters}`)
        return exitCodes.usageError
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
    return reportTenant(terminal, tenant, 'is created')
  },
})

export const tenantsSet = tenantCommand({
  name: 'tenants set',
  parameters: 'SLUG [--name NAME] [SETTING=VALUE …]',
  description:
    'Changes the name or settings of a tenant. SETTING=null returns to the configuration. Processes use the change within a second.',
  options: ['name'],
  takesSettings: true,
  async change(terminal, { slug, options, settings }) {
    const input = { name: options.get('name') ?? null, settings }
    const edited = await withTenants(terminal, (tenants) => tenants.updateTenant(slug, input))
    const what = edited?.revocation === null ? 'is unchanged' : 'is changed'
    return reportTenant(terminal, edited?.tenant ?? null, what)
  },
})

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
    if (switched?.revocation === null) return reportTenant(terminal, switched.tenant, 'was already inactive')
    const ended = `is inactive; ${switched?.revokedSessions ?? 0} sessions ended`
    return reportTenant(terminal, switched?.tenant ?? null, ended)
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
    const what = switched?.revocation === null ? 'was already active' : 'is active'
    return reportTenant(terminal, switched?.tenant ?? null, what)
  },
})
