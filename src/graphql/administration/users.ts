import { limits } from '../../domain/rate-limits/limits.ts'
import type { User } from '../../domain/users/user.ts'
import type { FindUsersFilter } from '../../flows/administration/find-users.ts'
import { isUuid } from '../../lib/uuid.ts'
import type { Builder } from '../edge/builder.ts'
import { type GraphqlContext, permittedViewerOf } from '../edge/context.ts'
import { type ConnectionArguments, onceOnly, readPage, toPage } from '../edge/cursors.ts'
import type { Types } from '../edge/types.ts'

/** The queries about other people's accounts. */
export function addUsers(builder: Builder, types: Types): void {
  builder.queryField('user', (t) =>
    t.field({
      type: types.user,
      nullable: true,
      description: 'A user of your own tenant; null for every other id. Wants the permission users:read.',
      args: { id: t.arg.id({ required: true, description: 'The id of the user.' }) },
      authScopes: { permission: 'users:read' },
      rateLimit: limits.query,
      resolve: (_root, { id }, context) => findUser(context, id),
    }),
  )
  addUserList(builder, types)
}

function addUserList(builder: Builder, types: Types): void {
  const filter = addFilter(builder, types)
  const edge = builder.edgeObject({
    type: types.user,
    name: 'UserEdge',
    description: 'A user and where it stands in its list.',
  })
  const connection = builder.connectionObject(
    {
      type: types.user,
      name: 'UserConnection',
      description: 'A page of users, newest first (Relay Cursor Connections).',
      fields: (t) => ({
        totalCount: t.int({
          nullable: true,
          description: 'How many users all pages have together; null beyond 10 000.',
          resolve: (page) => page.countAll?.() ?? null,
        }),
      }),
    },
    edge,
  )
  builder.queryField('users', (t) =>
    t.connection(
      {
        type: types.user,
        nullable: true,
        description: 'The users of your own tenant, newest first. Wants the permission users:read.',
        args: { filter: t.arg({ type: filter, description: 'Which; all unless told.' }) },
        authScopes: { permission: 'users:read' },
        rateLimit: limits.query,
        resolve: (_root, { filter, ...page }, context) => findPage(context, filter ?? {}, page),
      },
      connection,
      edge,
    ),
  )
}

function addFilter(builder: Builder, types: Types) {
  return builder.inputType('UserFilter', {
    description: 'Which users; everything that is given has to be so.',
    fields: (t) => ({
      search: t.string({
        description:
          'What the e-mail address or the username begins with, without regard to case; at most 254 characters, none of which stands for others.',
      }),
      role: t.field({ type: types.userRole, description: 'Their role.' }),
      active: t.boolean({ description: 'Whether the account is active.' }),
      locked: t.boolean({ description: 'Whether an administrator has locked the account.' }),
      emailVerified: t.boolean({ description: 'Whether the address is verified.' }),
      tenant: t.string({ description: 'The slug of your own tenant; any other is not found.' }),
    }),
  })
}

async function findPage(context: GraphqlContext, filter: FindUsersFilter, args: ConnectionArguments) {
  const page = readPage(args)
  const viewer = permittedViewerOf(context, 'users:read')
  const found = await context.flows.findUsers(filter, { ...page, limit: page.size + 1 }, viewer)
  return { ...toPage(found.users, page), countAll: onceOnly(found.count) }
}

async function findUser(context: GraphqlContext, id: string): Promise<User | null> {
  const { tenantId } = permittedViewerOf(context, 'users:read')
  const user = isUuid(id) ? await context.users.load(id) : null
  return user?.tenantId === tenantId ? user : null
}
