import type { UserRole } from '../users/user.ts'

const ranks: Readonly<Record<UserRole, number>> = { USER: 0, MODERATOR: 1, ADMIN: 2 }

/** Whether somebody may look after somebody else's account: administrators after everybody's, others only below their own role. */
export function mayActOn(actor: UserRole, subject: UserRole): boolean {
  return actor === 'ADMIN' || ranks[subject] < ranks[actor]
}
