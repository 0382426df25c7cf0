import { Actor } from './actor.ts'
import { askAs, type SignedIn } from './people.ts'
import { auditWhere } from './rows.ts'
import type { TestApp } from './test-app.ts'

const problem = '... on AuthProblem { code message }'
const issues = '... on AuthInvalidInputProblem { issues { path code message } }'
const uses = '... on AuthInUseProblem { users roles apiKeys }'

const accessPermissionsDocument = `{ accessPermissions { name description builtIn tenantGrantable } }`

const accessRolesDocument = `{ accessRoles { name description permissions scope isDefault userCount } }`

export const definePermissionDocument = `
  mutation DefinePermission($input: DefinePermissionInput!) {
    definePermission(input: $input) {
      __typename
      ... on DefinePermissionSuccess { permission { name description builtIn tenantGrantable } }
      ${issues} ${problem}
    }
  }
`

export const removePermissionDocument = `
  mutation RemovePermission($input: RemovePermissionInput!) {
    removePermission(input: $input) { __typename ... on RemovePermissionSuccess { name } ${uses} ${problem} }
  }
`

export const defineRoleDocument = `
  mutation DefineRole($input: DefineRoleInput!) {
    defineRole(input: $input) {
      __typename
      ... on DefineRoleSuccess { role { name description permissions scope isDefault userCount } }
      ${issues} ${problem}
    }
  }
`

export const removeRoleDocument = `
  mutation RemoveRole($input: RemoveRoleInput!) {
    removeRole(input: $input) { __typename ... on RemoveRoleSuccess { name } ${uses} ${problem} }
  }
`

type Input = Readonly<Record<string, unknown>>
type Asker = Pick<SignedIn, 'accessToken'>

/** The mutations as a viewer calls them: each returns the result, or the extensions of the error. */
export function accessCalls(test: TestApp) {
  const call = (document: string) => (viewer: Asker, input: Input) => askAs(test, viewer, document, { input })
  return {
    definePermission: call(definePermissionDocument),
    removePermission: call(removePermissionDocument),
    defineRole: call(defineRoleDocument),
    removeRole: call(removeRoleDocument),
    permissions: (viewer: Asker) =>
      test.actor().ask(accessPermissionsDocument, {}, Actor.bearer(viewer.accessToken)),
    roles: (viewer: Asker) => test.actor().ask(accessRolesDocument, {}, Actor.bearer(viewer.accessToken)),
  }
}

export type AccessCalls = ReturnType<typeof accessCalls>

/** The events about changes of one permission or role, oldest first. */
export async function accessEvents(test: TestApp, name: string) {
  const where = { type: { in: ['PERMISSIONS_CHANGED', 'ROLES_CHANGED'] } }
  const events = await auditWhere(test.database, where)
  return events.filter(({ details }) => details.permission === name || details.role === name)
}

/** The ACCESS revocations that name a role; null: those that concern every role. */
export async function accessRevocations({ database }: TestApp, role: string | null) {
  const rows = await database.client.revocation.findMany({ where: { kind: 'ACCESS', role } })
  return rows.map(({ tenantId, minimumAccessVersion }) => ({ tenantId, minimumAccessVersion }))
}
