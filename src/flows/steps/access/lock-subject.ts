import { mayActOn } from '../../../domain/access/administration-policy.ts'
import { type Permission, permissionsOf } from '../../../domain/access/permissions.ts'
import type { Viewer } from '../../../domain/access/viewer.ts'
import { InvalidInputProblem, NotFoundProblem } from '../../../domain/problems.ts'
import { ForbiddenError, UnauthenticatedError } from '../../../domain/refusals.ts'
import type { Stores } from '../../../domain/transaction.ts'
import { isLocked, type User } from '../../../domain/users/user.ts'
import { isUuid } from '../../../lib/ids/uuid.ts'

export interface Acting {
  readonly viewer: Viewer
  readonly permission: Permission
  readonly now: Date
}

/**
 * Finds the account that the viewer is about to act on, inside a transaction. Both rows are locked, and the viewer's
 * current role and state are checked: if two administrators demote each other at the same time, the second one is no
 * administrator any more when its transaction continues. Therefore the administrator who acted first remains an
 * administrator.
 * @throws NotFoundProblem if the viewer's tenant has no such account, ForbiddenError if its role is not below the
 * viewer's, UnauthenticatedError if the viewer's account is disabled or the token version has changed
 */
export async function lockSubject(stores: Stores, userId: string, acting: Acting): Promise<User> {
  const { viewer } = acting
  if (!isUuid(userId)) throw new NotFoundProblem()
  // An API key never acts on its owner's account.
  if (viewer.kind === 'API_KEY' && viewer.userId === userId) throw new ForbiddenError()
  const found = await stores.administration.lockAll([viewer.userId, userId])
  const actor = requireActor(found, acting)
  const subject = found.find(({ id }) => id === userId)
  if (subject === undefined || subject.tenantId !== actor.tenantId) throw new NotFoundProblem()
  if (subject.id !== actor.id && !mayActOn(actor.role, subject.role)) throw new ForbiddenError()
  return subject
}

/**
 * Locks the viewer's own row and checks their current role and state, for a change that concerns no other account.
 * @throws ForbiddenError, UnauthenticatedError as lockSubject does
 */
export async function lockActor(stores: Pick<Stores, 'administration'>, acting: Acting): Promise<User> {
  return requireActor(await stores.administration.lockAll([acting.viewer.userId]), acting)
}

function requireActor(found: readonly User[], { viewer, permission, now }: Acting): User {
  const actor = found.find(({ id }) => id === viewer.userId)
  if (actor === undefined || !mayAct(actor, viewer, now)) throw new UnauthenticatedError('TOKEN_REVOKED')
  if (!permissionsOf(actor.role, actor.tenantId).includes(permission)) throw new ForbiddenError()
  return actor
}

function mayAct(actor: User, viewer: Viewer, now: Date): boolean {
  if (!actor.active || isLocked(actor, now)) return false
  return viewer.kind === 'API_KEY' || actor.tokenVersion === viewer.tokenVersion
}

/**
 * Administrators cannot change the role of, lock, unlock or deactivate their own account. @throws InvalidInputProblem
 */
export function refuseOwnAccount(subject: User, viewer: Viewer): void {
  if (subject.id !== viewer.userId) return
  const message = 'You cannot do this to your own account. Ask another administrator.'
  throw new InvalidInputProblem([{ path: ['userId'], code: 'OWN_ACCOUNT', message }])
}
