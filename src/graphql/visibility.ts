import type { Session } from '../domain/sessions/session.ts'
import type { User } from '../domain/users/user.ts'
import type { GraphqlContext } from './context.ts'

/**
 * Whether the viewer may see what is personal about a user: the user himself, or somebody of the same tenant who may
 * read users. Throws when the service could not find out who asks: null would be taken for an answer.
 */
export function mayReadPersonal(context: GraphqlContext, user: User): boolean {
  if (context.proven.userIds.has(user.id)) return true
  const { viewer, failure } = context.authentication
  if (viewer === null) {
    if (typeof failure === 'string') return false
    throw failure.cause
  }
  if (viewer.tenantId !== user.tenantId) return false
  return viewer.userId === user.id || viewer.permissions.has('users:read')
}

/** Whether a session is the one that asks, or has just begun. */
export function isCurrent(context: GraphqlContext, session: Session): boolean {
  return context.proven.sessionIds.has(session.id) || context.authentication.viewer?.sessionId === session.id
}
