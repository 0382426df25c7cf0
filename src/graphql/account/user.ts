import { accessPermissionsOf, accessRolesOf, type OwnerAccess } from '../../domain/access/owner-access.ts'
import { permissionsOf } from '../../domain/access/permissions.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { ForbiddenError } from '../../domain/refusals.ts'
import { displayName, isLocked, tombstoneOf, type User } from '../../domain/users/user.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import { anyone } from '../edge/access.ts'
import { addQuery } from '../edge/add-query.ts'
import type { Builder } from '../edge/builder.ts'
import { callerOf, type GraphqlContext } from '../edge/context.ts'
import type { Entity } from '../edge/federation/entity.ts'
import type { Types } from '../edge/types.ts'

/** Never shown to clients. Shared, because a new error for each hidden field costs more than the field: it captures a stack. */
const hidden = new ForbiddenError()

/** Options of a personal field: null for viewers who may not read it. */
const personal = {
  nullable: true,
  authScopes: (user: User) => ({ personal: user }),
  unauthorizedError: () => hidden,
  unauthorizedResolver: () => null,
} as const

/** Other subgraphs refer to users by id. */
export const userEntity: Entity = {
  name: 'User',
  key: 'id',
  resolveReference: (reference, context) => findReferenced(context, Reflect.get(reference, 'id')),
}

/** User, the entity that this subgraph owns, and the query `me`. */
export function addUser(builder: Builder, types: Types): void {
  types.user.implement({
    description:
      'A person with an account. All fields except id, username and displayName are null unless the viewer is that user or has the permission users:read. An API key requires users:read even for its owner.',
    fields: (t) => ({
      id: t.exposeID('id', {
        description: 'UUID; the `sub` claim of access tokens and the key of the federated entity.',
      }),
      username: t.exposeString('username', {
        nullable: true,
        description: 'Public name that the user chose. Null if the user has none.',
      }),
      displayName: t.string({
        description:
          "Public name to show: the username, or 'User ' and six characters of a digest of the id. 'Deleted user' for a reference to an id without an account. Never a real name or an e-mail address.",
        resolve: (user) => displayName(user),
      }),
      email: t.exposeString('email', {
        ...personal,
        description: 'E-mail address in its normalised form: trimmed, Unicode NFC, lower case.',
      }),
      emailVerified: t.boolean({
        ...personal,
        description: 'Whether the user has proven that they receive mail at the address.',
        resolve: (user) => user.emailVerifiedAt !== null,
      }),
      firstName: t.exposeString('firstName', {
        ...personal,
        description: 'First name, as written by the user. Escape it before you display it.',
      }),
      lastName: t.exposeString('lastName', {
        ...personal,
        description: 'Last name, as written by the user. Escape it before you display it.',
      }),
      phoneNumber: t.exposeString('phoneNumber', {
        ...personal,
        description: 'Phone number in E.164 format.',
      }),
      phoneVerified: t.boolean({
        ...personal,
        description: 'Whether the user has proven that the phone number is theirs.',
        resolve: (user) => user.phoneVerifiedAt !== null,
      }),
      locale: t.exposeString('locale', {
        ...personal,
        description:
          'Language of pages and mails that the user chose, as a canonical BCP 47 tag of at most 35 characters. Null: by Accept-Language.',
      }),
      tenant: t.string({
        ...personal,
        description: 'Slug of the tenant of the user. It never changes: users do not move between tenants.',
        resolve: ({ tenantId }, _args, { tenantSlugs }) => tenantSlugs.load(tenantId),
      }),
      role: t.expose('role', {
        ...personal,
        type: types.userRole,
        description: 'Role of the user, which determines their permissions.',
      }),
      permissions: t.field({
        ...personal,
        type: ['String'],
        description:
          'Permissions that the role grants in the tenant, then those that the roles of the application grant, as in the `scope` claim of access tokens.',
        resolve: async (user, _args, context) => [
          ...permissionsOf(user.role, user.tenantId),
          ...accessPermissionsOf(await findAccess(context, user)),
        ],
      }),
      roles: t.stringList({
        ...personal,
        description:
          'Names of the roles of the application that the user has, at most 20, in alphabetical order, as in the `roles` claim of access tokens.',
        resolve: async (user, _args, context) => [...accessRolesOf(await findAccess(context, user))],
      }),
      metadata: t.expose('metadata', {
        ...personal,
        type: 'JSONObject',
        description:
          'Data of the application about the user, which administrators write (setUserMetadata); at most 8 kB. Access tokens carry only what TOKEN_CLAIMS maps.',
      }),
      preferences: t.expose('preferences', {
        ...personal,
        type: 'JSONObject',
        description: 'Settings of the application for this user.',
      }),
      twoFactorEnabled: t.boolean({
        ...personal,
        description:
          'Whether a sign-in with the password requires a second step: true with a confirmed authenticator app; with passkeys alone, if the user or the policy says so.',
        resolve: (user, _args, { flows, secondSteps }) =>
          flows.findOwnSecondStep(user) ?? secondSteps.load(user.id),
      }),
      active: t.exposeBoolean('active', {
        ...personal,
        description: 'False if an administrator has deactivated the account.',
      }),
      locked: t.boolean({
        ...personal,
        description:
          'Whether an administrator has locked the account. Locks after too many wrong passwords are not shown here.',
        resolve: (user, _args, { startedAt }) => isLocked(user, startedAt),
      }),
      lockedUntil: t.field({
        ...personal,
        type: 'DateTime',
        description:
          "When the administrator's lock ends. Null if the account is not locked, or is locked until an administrator unlocks it.",
        resolve: (user, _args, { startedAt }) => (isLocked(user, startedAt) ? user.lockedUntil : null),
      }),
      createdAt: t.expose('createdAt', {
        ...personal,
        type: 'DateTime',
        description: 'When the account was created.',
      }),
      updatedAt: t.expose('updatedAt', {
        ...personal,
        type: 'DateTime',
        description: 'When the account was last changed.',
      }),
      lastLoginAt: t.expose('lastLoginAt', {
        ...personal,
        type: 'DateTime',
        description: 'When the user last signed in. Null before the first time.',
      }),
      loginCount: t.exposeInt('loginCount', {
        ...personal,
        description: 'Number of times the user has signed in.',
      }),
    }),
  })
  addQuery(builder, {
    name: 'me',
    description:
      'The signed-in user, or the owner of the API key. Null only if the request carries no credential at all. UNAUTHENTICATED if it carries a credential that is not valid, or a refresh cookie without an access token (reason TOKEN_EXPIRED: call refresh, then repeat).',
    type: types.user,
    access: anyone,
    limit: limits.query,
    resolve: ({ context }) => findMe(context),
  })
}

/** Null for a user without roles of the application. */
function findAccess({ flows, userAccess }: GraphqlContext, user: User): Promise<OwnerAccess | null> {
  return flows.findOwnAccess(user) ?? userAccess.load(user.id)
}

/**
 * Null for ids that are not UUIDs. A tombstone for an id without an account, whether it was deleted or never existed. A gateway
 * resolves references of every tenant, with and without the credentials of its caller; personal fields are null for other tenants.
 */
async function findReferenced(context: GraphqlContext, id: unknown): Promise<User | null> {
  if (!isUuid(id)) return null
  return (await context.users.load(id)) ?? tombstoneOf(id)
}

async function findMe(context: GraphqlContext): Promise<User | null> {
  if (context.authentication.failure === 'TOKEN_MISSING') return null
  return context.flows.findOwnAccount(callerOf(context))
}
