import { mayActOn } from '../../domain/access/administration-policy.ts'
import { type Permission, permissionsOf } from '../../domain/access/permissions.ts'
import type { Viewer } from '../../domain/access/viewer.ts'
import { InvalidInputProblem, NotFoundProblem } from '../../domain/problems.ts'
import { ForbiddenError, UnauthenticatedError } from '../../domain/refusals.ts'
import type { Stores } from '../../domain/transaction.ts'
import { isLocked, type User } from '../../domain/users/user.ts'
import { isUuid } from '../../lib/uuid.ts'

export interface Acting {
  readonly viewer: Viewer
  readonly permission: Permission
  readonly now: Date
}

/**
 * Inside a transaction: the account that somebody is about to act on. Both rows are locked, and whoever acts is looked
 * at as he is now: of two administrators who demote each other at once, one is none any more when his turn comes. So
 * there is always one left: the one who acted.
 * @throws NotFoundProblem for what is no account of his tenant, ForbiddenError for one that is not below him,
 * UnauthenticatedError when he may do nothing any more
 */
export async function lockSubject(stores: Stores, userId: string, acting: Acting): Promise<User> {
  const { viewer, permission, now } = acting
  if (!isUuid(userId)) throw new NotFoundProblem()
  // An API key never touches its owner's own account.
  if (viewer.kind === 'API_KEY' && viewer.userId === userId) throw new ForbiddenError()
  const found = await stores.administration.lockAll([viewer.userId, userId])
  const actor = found.find(({ id }) => id === viewer.userId)
  const subject = found.find(({ id }) => id === userId)
  if (actor === undefined || !mayAct(actor, viewer, now)) throw new UnauthenticatedError('TOKEN_REVOKED')
  if (!permissionsOf(actor.role, actor.tenantId).includes(permission)) throw new ForbiddenError()
  if (subject === undefined || subject.tenantId !== actor.tenantId) throw new NotFoundProblem()
  if (subject.id !== actor.id && !mayActOn(actor.role, subject.role)) throw new ForbiddenError()
  return subject
}

function mayAct(actor: User, viewer: Viewer, now: Date): boolean {
  if (!actor.active || isLocked(actor, now)) return false
  return viewer.kind === 'API_KEY' || actor.tokenVersion === viewer.tokenVersion
}

/** Nobody raises, locks, unlocks or deactivates himself. @throws InvalidInputProblem */
export function refuseOwnAccount(subject: User, viewer: Viewer): void {
  if (subject.id !== viewer.userId) return
  const message = 'This is your own account: another administrator has to do it.'
  throw new InvalidInputProblem([{ path: ['userId'], code: 'OWN_ACCOUNT', message }])
}
