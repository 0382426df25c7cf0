import { readSettings, type TenantSettings } from '../../domain/tenants/tenant-settings.ts'
import { type Command, exitCodes } from '../command.ts'
import { printableLine } from '../printable.ts'
import { withStores } from '../with-stores.ts'

export const tenantsList: Command = {
  name: 'tenants list',
  parameters: null,
  json: true,
  description: 'Lists all tenants: slug, state, display name. With --json also their settings.',
  async run(terminal) {
    const tenants = await withStores(terminal, (opened) => opened.tenants.list())
    if (terminal.json) {
      const all = tenants.map(({ id, slug, name, active, createdAt, settings }) => {
        return { id, slug, name, active, createdAt, settings: asApi(readSettings(settings)) }
      })
      terminal.print(JSON.stringify({ tenants: all }))
      return exitCodes.success
    }
    const width = Math.max(...tenants.map(({ slug }) => slug.length))
    for (const { slug, name, active } of tenants)
      terminal.print(printableLine(`${slug.padEnd(width)}  ${active ? 'active  ' : 'inactive'}  ${name}`))
    return exitCodes.success
  },
}

/** Levels, the only texts among the settings, as the API writes them. */
function asApi(settings: TenantSettings) {
  const written = Object.entries(settings).map(([name, value]) => {
    return [name, typeof value === 'string' ? value.toUpperCase() : value]
  })
  return Object.fromEntries(written)
}
