import type { UserRole } from '../users/user.ts'

const ranks: Readonly<Record<UserRole, number>> = { USER: 0, MODERATOR: 1, ADMIN: 2 }

/**
 * Whether the actor may administer the account of another user: administrators may for every role, others only for
 * lower roles.
 */
export function mayActOn(actor: UserRole, subject: UserRole): boolean {
  return actor === 'ADMIN' || ranks[subject] < ranks[actor]
}
