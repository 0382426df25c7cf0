import type { Viewer } from '../../domain/access/viewer.ts'
import type { Session } from '../../domain/sessions/session.ts'
import type { User } from '../../domain/users/user.ts'
import type { GraphqlContext } from './context.ts'

/**
 * Whether the viewer may see what is personal about a user: the user himself, or somebody of the same tenant who may read
 * users. An API key may do what it was made for and nothing by being its owner's. Throws when the service could not find out who asks: null would be taken for an answer.
 */
export function mayReadPersonal(context: GraphqlContext, user: User): boolean {
  if (context.identified.userIds.has(user.id)) return true
  const viewer = knownViewer(context)
  if (viewer === null || viewer.tenantId !== user.tenantId) return false
  const isHimself = viewer.kind === 'USER' && viewer.userId === user.id
  return isHimself || viewer.permissions.has('users:read')
}

/** Whether the viewer may see what the audit log says about a user. Throws likewise. */
export function mayReadAudit(context: GraphqlContext, user: User): boolean {
  const viewer = knownViewer(context)
  return viewer !== null && viewer.tenantId === user.tenantId && viewer.permissions.has('audit:read')
}

function knownViewer(context: GraphqlContext): Viewer | null {
  const { viewer, failure } = context.authentication
  if (viewer === null && typeof failure !== 'string') throw failure.cause
  return viewer
}

/** Whether a session is the one that asks, or has just begun. */
export function isCurrent(context: GraphqlContext, session: Session): boolean {
  return context.identified.sessionIds.has(session.id) || sessionIdOf(context) === session.id
}

function sessionIdOf({ authentication: { viewer } }: GraphqlContext): string | null {
  return viewer?.kind === 'USER' ? viewer.sessionId : null
}
