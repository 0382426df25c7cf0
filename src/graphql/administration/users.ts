import type { Viewer } from '../../domain/access/viewer.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { User } from '../../domain/users/user.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import { permitted } from '../edge/access.ts'
import { addConnection, addPageTypes } from '../edge/add-connection.ts'
import { addQuery } from '../edge/add-query.ts'
import type { Builder } from '../edge/builder.ts'
import type { GraphqlContext } from '../edge/context.ts'
import type { Types } from '../edge/types.ts'

/** The queries `user` and `users` about accounts of other users. */
export function addUsers(builder: Builder, types: Types): void {
  addQuery(builder, {
    name: 'user',
    description: 'A user of your tenant. Null for every other id. Requires the permission users:read.',
    type: types.user,
    args: (arg) => ({ id: arg.id({ required: true, description: 'Id of the user.' }) }),
    access: permitted('users:read'),
    limit: limits.query,
    resolve: ({ args: { id }, viewer, context }) => findUser(context, viewer, id),
  })
  addUserList(builder, types)
}

function addUserList(builder: Builder, types: Types): void {
  const filter = addFilter(builder, types)
  const page = addPageTypes(builder, { node: types.user, noun: 'user' })
  builder.objectField(page.connection, 'totalCount', (t) =>
    t.int({
      nullable: true,
      description: 'Number of users on all pages together. Null if there are more than 10 000.',
      resolve: (connection) => connection.countAll?.() ?? null,
    }),
  )
  addConnection(builder, {
    name: 'users',
    description: 'The users of your tenant, newest first. Requires the permission users:read.',
    page,
    args: (arg) => ({
      filter: arg({
        type: filter,
        description: 'Conditions that all returned users meet. Absent: all users.',
      }),
    }),
    access: permitted('users:read'),
    limit: limits.query,
    find: async ({ args: { filter }, page, viewer, context }) => {
      const { users, count } = await context.flows.findUsers(filter ?? {}, page, viewer)
      return { rows: users, countAll: count }
    },
  })
}

function addFilter(builder: Builder, types: Types) {
  return builder.inputType('UserFilter', {
    description: 'Conditions on users. A user must meet all that are given.',
    fields: (t) => ({
      search: t.string({
        description:
          'Prefix of the e-mail address or the username, at most 254 characters. Upper and lower case do not differ; there are no wildcards.',
      }),
      role: t.field({ type: types.userRole, description: 'Role of the user.' }),
      accessRole: t.string({
        description:
          'Name of an application role that the user has, at most 64 characters. No user has a role that does not exist.',
      }),
      active: t.boolean({ description: 'Whether the account is active.' }),
      locked: t.boolean({ description: 'Whether an administrator has locked the account.' }),
      emailVerified: t.boolean({ description: 'Whether the e-mail address is verified.' }),
      tenant: t.string({
        description: 'Slug of your own tenant. Any other slug is refused (BAD_USER_INPUT).',
      }),
    }),
  })
}

async function findUser(context: GraphqlContext, { tenantId }: Viewer, id: string): Promise<User | null> {
  const user = isUuid(id) ? await context.users.load(id) : null
  return user?.tenantId === tenantId ? user : null
}
