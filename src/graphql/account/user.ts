import { permissionsOf } from '../../domain/access/permissions.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { ForbiddenError, UnauthenticatedError } from '../../domain/refusals.ts'
import { displayName, isLocked, type User } from '../../domain/users/user.ts'
import { isUuid } from '../../lib/uuid.ts'
import type { Builder } from '../edge/builder.ts'
import { callerOf, type GraphqlContext } from '../edge/context.ts'
import type { Types } from '../edge/types.ts'

/** Nobody sees it: an error of its own for each hidden field costs more than the field, for its stack. */
const hidden = new ForbiddenError()

/** What strangers get of a personal field. */
const personal = {
  nullable: true,
  authScopes: (user: User) => ({ personal: user }),
  unauthorizedError: () => hidden,
  unauthorizedResolver: () => null,
} as const

/** User, the entity that this subgraph owns, and the query `me`. */
export function addUser(builder: Builder, types: Types): void {
  types.user.implement({
    description:
      'A person with an account. Fields beyond id, username and displayName are null unless the viewer is that user, signed in, or may read users; an API key of his has to have users:read.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'A uuid; the `sub` of access tokens and the federation key.' }),
      username: t.exposeString('username', {
        nullable: true,
        description: 'Chosen by its owner, public; null without one.',
      }),
      displayName: t.string({
        description:
          "The username, or 'User ' and six characters of a digest of the id: never a name or an address.",
        resolve: (user) => displayName(user),
      }),
      email: t.exposeString('email', {
        ...personal,
        description: 'Normalised: trimmed, Unicode NFC, lower case.',
      }),
      emailVerified: t.boolean({
        ...personal,
        description: 'Whether the owner has proven to read mail at the address.',
        resolve: (user) => user.emailVerifiedAt !== null,
      }),
      firstName: t.exposeString('firstName', {
        ...personal,
        description: 'As written; escape it where you show it.',
      }),
      lastName: t.exposeString('lastName', {
        ...personal,
        description: 'As written; escape it where you show it.',
      }),
      phoneNumber: t.exposeString('phoneNumber', { ...personal, description: 'E.164.' }),
      phoneVerified: t.boolean({
        ...personal,
        description: 'Whether the owner has proven to hold the number.',
        resolve: (user) => user.phoneVerifiedAt !== null,
      }),
      role: t.expose('role', {
        ...personal,
        type: types.userRole,
        description: 'What the user may do at large.',
      }),
      permissions: t.field({
        ...personal,
        type: ['String'],
        description: 'What the role permits in the tenant, as in the `scope` of access tokens.',
        resolve: (user) => [...permissionsOf(user.role, user.tenantId)],
      }),
      preferences: t.expose('preferences', {
        ...personal,
        type: 'JSONObject',
        description: "The client's own settings for the user.",
      }),
      twoFactorEnabled: t.exposeBoolean('twoFactorEnabled', {
        ...personal,
        description: 'Whether signing in wants a second factor.',
      }),
      active: t.exposeBoolean('active', {
        ...personal,
        description: 'False once an administrator has deactivated the account.',
      }),
      locked: t.boolean({
        ...personal,
        description:
          'Whether an administrator has locked the account; too many wrong passwords do not show here.',
        resolve: (user, _args, { startedAt }) => isLocked(user, startedAt),
      }),
      lockedUntil: t.field({
        ...personal,
        type: 'DateTime',
        description: 'When that lock ends by itself; null while locked: until somebody unlocks.',
        resolve: (user, _args, { startedAt }) => (isLocked(user, startedAt) ? user.lockedUntil : null),
      }),
      createdAt: t.expose('createdAt', {
        ...personal,
        type: 'DateTime',
        description: 'When the account was made.',
      }),
      updatedAt: t.expose('updatedAt', {
        ...personal,
        type: 'DateTime',
        description: 'When the account was last changed.',
      }),
      lastLoginAt: t.expose('lastLoginAt', {
        ...personal,
        type: 'DateTime',
        description: 'The last sign-in; null before the first.',
      }),
      loginCount: t.exposeInt('loginCount', {
        ...personal,
        description: 'How many times the user has signed in.',
      }),
    }),
  })
  builder.asEntity(types.user, {
    key: builder.selection<{ id: string }>('id'),
    resolveReference: ({ id }, context) => findReferenced(context, id),
  })
  builder.queryField('me', (t) =>
    t.field({
      type: types.user,
      nullable: true,
      description:
        'The signed-in user, or the owner of the API key. Null only when the request carries no credential at all; UNAUTHENTICATED when it carries one that is not valid, and when a refresh cookie comes without an access token (TOKEN_EXPIRED: refresh, then ask again).',
      authScopes: { anyone: true },
      rateLimit: limits.query,
      resolve: (_root, _args, context) => findMe(context),
    }),
  )
}

/** What is no uuid is nobody, and so is everybody of another tenant than the viewer's. */
async function findReferenced(context: GraphqlContext, id: string): Promise<User | null> {
  const user = isUuid(id) ? await context.users.load(id) : null
  const { viewer } = context.authentication
  return user !== null && viewer !== null && viewer.tenantId !== user.tenantId ? null : user
}

async function findMe(context: GraphqlContext): Promise<User | null> {
  if (context.authentication.failure === 'TOKEN_MISSING') return null
  const user = await context.users.load(callerOf(context).userId)
  if (user === null || !user.active) throw new UnauthenticatedError('TOKEN_REVOKED')
  return user
}
