import type { User } from '../../domain/users/user.ts'
import type { GraphqlContext } from '../edge/context.ts'

/** Later fields of the operation see the user as changed. */
export function changed(context: GraphqlContext, user: User): { user: User } {
  context.users.clear(user.id).prime(user.id, user)
  context.userAccess.clear(user.id)
  return { user }
}
