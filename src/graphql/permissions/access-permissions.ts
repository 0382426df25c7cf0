import {
  InUseProblem,
  InvalidInputProblem,
  NameTakenProblem,
  NotFoundProblem,
  ReauthenticationRequiredProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { DeclaredPermission } from '../../flows/permissions/find-access-permissions.ts'
import { permitted, permittedUser } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import { addQuery } from '../edge/add-query.ts'
import type { Builder } from '../edge/builder.ts'
import { administrativeProofText } from '../edge/proof-text.ts'
import { builtInDescriptions } from './built-in-permissions.ts'

const form =
  'two words with a colon, such as posts:write: lower-case letters, digits and hyphens, at most 64 characters (`^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$`)'

/** AccessPermission, the query `accessPermissions` and the mutations that define and remove permissions. */
export function addAccessPermissions(builder: Builder): void {
  const permission = addAccessPermission(builder)
  addQuery(builder, {
    name: 'accessPermissions',
    description:
      'Every permission that tokens of your tenant can carry: built-in ones first, then those of the application in alphabetical order; at most 200. Requires the permission roles:read.',
    type: [permission],
    access: permitted('roles:read'),
    limit: limits.query,
    resolve: async ({ viewer, context }) => [...(await context.flows.findAccessPermissions(viewer))],
  })
  addDefinePermission(builder, permission)
  addRemovePermission(builder)
}

type PermissionType = ReturnType<typeof addAccessPermission>

function addAccessPermission(builder: Builder) {
  return builder.objectRef<DeclaredPermission>('AccessPermission').implement({
    description:
      'A permission: a value of the claim `scope` of access tokens. Other subgraphs require it with @requiresScopes.',
    fields: (t) => ({
      name: t.exposeString('name', {
        description: `Name: ${form}. Built-in ones have the prefixes users, roles, sessions, audit, api-keys, tokens, keys and system.`,
      }),
      description: t.string({
        nullable: true,
        description: 'What it permits. Null if it is not described.',
        resolve: (permission) =>
          permission.builtIn ? builtInDescriptions[permission.name] : permission.description,
      }),
      builtIn: t.exposeBoolean('builtIn', {
        description:
          'Whether it belongs to this service and comes with UserRole. False: it belongs to the application and comes with AccessRole.',
      }),
      tenantGrantable: t.boolean({
        description: 'Whether roles of a tenant may contain it. False for built-in permissions.',
        resolve: (permission) => !permission.builtIn && permission.tenantGrantable,
      }),
    }),
  })
}

function addDefinePermission(builder: Builder, permission: PermissionType): void {
  const input = builder.inputType('DefinePermissionInput', {
    description: 'The permission. It replaces the one with the same name.',
    fields: (t) => ({
      name: t.string({
        required: true,
        description: `Name: ${form}. The prefixes users, roles, sessions, audit, api-keys, tokens, keys, system, settings, tenants, webhooks, clients, organizations and gatehouse are reserved (NAME_TAKEN).`,
      }),
      description: t.string({
        description: 'What it permits, at most 500 characters. Absent: no description.',
      }),
      tenantGrantable: t.boolean({
        description:
          'Whether roles of a tenant may contain it. Absent: false. If it is false, roles of tenants that contain the permission lose it.',
      }),
    }),
  })
  const success = builder.objectRef<{ permission: DeclaredPermission }>('DefinePermissionSuccess').implement({
    description: 'The permission is defined.',
    fields: (t) => ({
      permission: t.expose('permission', { type: permission, description: 'The permission after the call.' }),
    }),
  })
  addMutation(builder, {
    name: 'definePermission',
    description: `Creates or replaces a permission of the application, for all tenants. There can be at most 150. Requires the permission roles:write in the tenant \`default\` and ${administrativeProofText}`,
    input,
    success,
    problems: [NameTakenProblem, InvalidInputProblem, ReauthenticationRequiredProblem],
    access: permittedUser('roles:write'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) => ({
      permission: await context.flows.definePermission(input, viewer, context.origin),
    }),
  })
}

function addRemovePermission(builder: Builder): void {
  const input = builder.inputType('RemovePermissionInput', {
    description: 'The permission to remove.',
    fields: (t) => ({
      name: t.string({ required: true, description: 'Name of a permission of the application.' }),
      force: t.boolean({
        required: true,
        defaultValue: false,
        description:
          'True removes it from roles and takes it from their holders and from API keys. False: a permission that is used is not removed (IN_USE).',
      }),
    }),
  })
  const success = builder.objectRef<{ name: string }>('RemovePermissionSuccess').implement({
    description:
      'The permission is removed. Access tokens with roles of the application are refused until they are renewed if a role contained it.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Name of the removed permission.' }),
    }),
  })
  addMutation(builder, {
    name: 'removePermission',
    description: `Removes a permission of the application, in all tenants. Requires the permission roles:write in the tenant \`default\` and ${administrativeProofText}`,
    input,
    success,
    problems: [InUseProblem, NotFoundProblem, ReauthenticationRequiredProblem],
    access: permittedUser('roles:write'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) => ({
      name: await context.flows.removePermission(input, viewer, context.origin),
    }),
  })
}
