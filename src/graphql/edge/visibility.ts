import type { Viewer } from '../../domain/access/viewer.ts'
import type { Session } from '../../domain/sessions/session.ts'
import type { User } from '../../domain/users/user.ts'
import type { GraphqlContext } from './context.ts'

/**
 * Whether the viewer may read the personal fields of a user: that user, or a viewer of the same tenant with
 * users:read. An API key has no access just because the user is its owner. Throws if authentication could not be completed,
 * because null would look like a result.
 */
export function mayReadPersonal(context: GraphqlContext, user: User): boolean {
  if (context.identified.userIds.has(user.id)) return true
  const viewer = knownViewer(context)
  if (viewer === null || viewer.tenantId !== user.tenantId) return false
  const isSelf = viewer.kind === 'USER' && viewer.userId === user.id
  return isSelf || viewer.permissions.has('users:read')
}

/** Whether the viewer may read the audit events about a user. Throws as mayReadPersonal does. */
export function mayReadAudit(context: GraphqlContext, user: User): boolean {
  const viewer = knownViewer(context)
  return viewer !== null && viewer.tenantId === user.tenantId && viewer.permissions.has('audit:read')
}

function knownViewer(context: GraphqlContext): Viewer | null {
  const { viewer, failure } = context.authentication
  if (viewer === null && typeof failure !== 'string') throw failure.cause
  return viewer
}

/** Whether a session is the session of the request, or has begun in this operation. */
export function isCurrent(context: GraphqlContext, session: Session): boolean {
  return context.identified.sessionIds.has(session.id) || sessionIdOf(context) === session.id
}

function sessionIdOf({ authentication: { viewer } }: GraphqlContext): string | null {
  return viewer?.kind === 'USER' ? viewer.sessionId : null
}
