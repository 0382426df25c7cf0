import { limits } from '../domain/rate-limits/limits.ts'
import type { User } from '../domain/users/user.ts'
import { isUuid } from '../lib/uuid.ts'
import type { Builder } from './builder.ts'
import { type GraphqlContext, permittedViewerOf } from './context.ts'
import type { Types } from './types.ts'

/** The queries about other people's accounts. */
export function addUsers(builder: Builder, types: Types): void {
  builder.queryField('user', (t) =>
    t.field({
      type: types.user,
      nullable: true,
      description: 'A user of your own tenant; null for every other id. Wants the permission users:read.',
      args: { id: t.arg.id({ required: true, description: 'The id of the user.' }) },
      authScopes: { permission: 'users:read' },
      directives: { authenticated: true },
      requiresScopes: [['users:read']],
      rateLimit: limits.query,
      resolve: (_root, { id }, context) => findUser(context, id),
    }),
  )
}

async function findUser(context: GraphqlContext, id: string): Promise<User | null> {
  const { tenantId } = permittedViewerOf(context, 'users:read')
  const user = isUuid(id) ? await context.users.load(id) : null
  return user?.tenantId === tenantId ? user : null
}
