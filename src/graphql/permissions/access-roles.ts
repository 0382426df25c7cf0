import { type AccessRoleScope, scopeOfRole } from '../../domain/access/access-role.ts'
import {
  InUseProblem,
  InvalidInputProblem,
  NameTakenProblem,
  NotFoundProblem,
  ReauthenticationRequiredProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { CountedRole } from '../../flows/permissions/find-access-roles.ts'
import { permitted, permittedUser } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import { addQuery } from '../edge/add-query.ts'
import type { Builder } from '../edge/builder.ts'
import { administrativeProofText } from '../edge/proof-text.ts'

const scopeValues = {
  INSTALLATION: { description: 'Defined once, visible in every tenant.' },
  TENANT: { description: 'Of one tenant. Contains permissions that are tenantGrantable only.' },
} as const satisfies Record<AccessRoleScope, { description: string }>

/** AccessRole, the query `accessRoles` and the mutations that define and remove roles. */
export function addAccessRoles(builder: Builder): void {
  const scope = addScope(builder)
  const role = addAccessRole(builder, scope)
  addQuery(builder, {
    name: 'accessRoles',
    description:
      'Roles of the installation and of your tenant, in alphabetical order; at most 100. Requires the permission roles:read.',
    type: [role],
    access: permitted('roles:read'),
    limit: limits.query,
    resolve: async ({ viewer, context }) => [...(await context.flows.findAccessRoles(viewer))],
  })
  addDefineRole(builder, scope, role)
  addRemoveRole(builder)
}

type ScopeType = ReturnType<typeof addScope>
type RoleType = ReturnType<typeof addAccessRole>

function addScope(builder: Builder) {
  return builder.enumType('AccessRoleScope', {
    description: 'Where a role of the application is valid.',
    values: scopeValues,
  })
}

function addAccessRole(builder: Builder, scope: ScopeType) {
  return builder.objectRef<CountedRole>('AccessRole').implement({
    description:
      'A named set of permissions of the application. It never contains built-in permissions, which come with UserRole.',
    fields: (t) => ({
      name: t.exposeString('name', {
        description:
          'Name: a value of the claim `roles` of access tokens. Unique within a tenant and the installation.',
      }),
      description: t.exposeString('description', {
        nullable: true,
        description: 'What the role is for. Null if it is not described.',
      }),
      permissions: t.field({
        type: ['String'],
        description: 'Names of its permissions, in alphabetical order.',
        resolve: ({ permissions }) => [...permissions],
      }),
      scope: t.field({
        type: scope,
        description: 'Whether it belongs to the installation or to your tenant.',
        resolve: (role) => scopeOfRole(role),
      }),
      isDefault: t.exposeBoolean('isDefault', { description: 'Whether new accounts get it.' }),
      userCount: t.int({
        nullable: true,
        description: 'Number of users of your tenant who have it. Null beyond 10 000.',
        resolve: (role) => role.countHolders(),
      }),
    }),
  })
}

function addDefineRole(builder: Builder, scope: ScopeType, role: RoleType): void {
  const input = builder.inputType('DefineRoleInput', {
    description: 'The role. Absent fields of an existing role stay as they are.',
    fields: (t) => ({
      name: t.string({
        required: true,
        description:
          'Name: a lower-case letter, then lower-case letters, digits and hyphens; at most 64 characters. A role of a tenant never has the name of a role of the installation, nor the reverse (NAME_TAKEN).',
      }),
      description: t.string({
        description: 'What the role is for, at most 500 characters. Null: no description.',
      }),
      permissions: t.stringList({
        description:
          'Names of permissions of the application, at most 200; for a role of a tenant only those that are tenantGrantable. They replace the current ones. With the names of all roles of a holder they must fit into a token: at most 2 000 bytes, fewer with RSA keys or a long issuer (TOO_LONG).',
      }),
      scope: t.field({
        type: scope,
        required: true,
        defaultValue: 'TENANT',
        description:
          'Where the role is valid. INSTALLATION requires an account of the tenant `default`. The scope of a role cannot change.',
      }),
      isDefault: t.boolean({
        description: 'Whether new accounts get it. Absent for a new role: false.',
      }),
    }),
  })
  const success = builder.objectRef<{ role: CountedRole }>('DefineRoleSuccess').implement({
    description:
      'The role is defined. If its permissions changed, access tokens with it are refused until they are renewed.',
    fields: (t) => ({ role: t.expose('role', { type: role, description: 'The role after the call.' }) }),
  })
  addMutation(builder, {
    name: 'defineRole',
    description: `Creates or replaces a role of the application. There can be at most 50 of the installation, and 50 of each tenant. Requires the permission roles:write, in the tenant \`default\` for a role of the installation, and ${administrativeProofText}`,
    input,
    success,
    problems: [NameTakenProblem, InvalidInputProblem, ReauthenticationRequiredProblem],
    access: permittedUser('roles:write'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) => ({
      role: await context.flows.defineRole(input, viewer, context.origin),
    }),
  })
}

function addRemoveRole(builder: Builder): void {
  const input = builder.inputType('RemoveRoleInput', {
    description: 'The role to remove.',
    fields: (t) => ({
      name: t.string({
        required: true,
        description: 'Name of a role of your tenant or of the installation.',
      }),
      force: t.boolean({
        required: true,
        defaultValue: false,
        description: 'True takes it from its holders. False: a role that users have is not removed (IN_USE).',
      }),
    }),
  })
  const success = builder.objectRef<{ name: string }>('RemoveRoleSuccess').implement({
    description: 'The role is removed. Access tokens with it are refused until they are renewed.',
    fields: (t) => ({ name: t.exposeString('name', { description: 'Name of the removed role.' }) }),
  })
  addMutation(builder, {
    name: 'removeRole',
    description: `Removes a role of the application. Requires the permission roles:write, in the tenant \`default\` for a role of the installation, and ${administrativeProofText}`,
    input,
    success,
    problems: [InUseProblem, NotFoundProblem, ReauthenticationRequiredProblem],
    access: permittedUser('roles:write'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) => ({
      name: await context.flows.removeRole(input, viewer, context.origin),
    }),
  })
}
