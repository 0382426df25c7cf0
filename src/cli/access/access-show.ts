import { type AccessState, createShowAccess } from '../../flows/operator/apply-access.ts'
import { type Command, exitCodes } from '../command.ts'
import { withStores } from '../with-stores.ts'

export const accessShow: Command = {
  name: 'access show',
  parameters: null,
  json: true,
  description: 'Prints the permissions and roles of the application as a file for `access apply`.',
  async run(terminal) {
    const content = contentOf(await withStores(terminal, (opened) => createShowAccess(opened)()))
    if (terminal.json) {
      terminal.print(JSON.stringify(content))
      return exitCodes.success
    }
    const { writeAccessFile } = await import('./write-access-file.ts')
    terminal.print(writeAccessFile(content))
    return exitCodes.success
  },
}

type Roles = AccessState['roles']

function contentOf({ permissions, roles }: AccessState) {
  const slugs = [...new Set(roles.flatMap(({ tenant }) => (tenant === null ? [] : [tenant])))].sort()
  return {
    permissions: Object.fromEntries(
      permissions.map(({ name, description, tenantGrantable }) => [name, { description, tenantGrantable }]),
    ),
    roles: rolesOf(roles, null),
    ...(slugs.length === 0
      ? {}
      : { tenants: Object.fromEntries(slugs.map((slug) => [slug, { roles: rolesOf(roles, slug) }])) }),
  }
}

function rolesOf(roles: Roles, owner: string | null) {
  const own = roles.filter(({ tenant }) => tenant === owner)
  return Object.fromEntries(
    own.map(({ name, description, permissions, isDefault }) => [
      name,
      { description, permissions, isDefault },
    ]),
  )
}
