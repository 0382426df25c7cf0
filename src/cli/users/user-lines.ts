import { isLocked, type User } from '../../domain/users/user.ts'
import type { Terminal } from '../command.ts'
import { printableLine } from '../printable.ts'

/** What an account is called in the output. */
export function nameOf({ email, id }: Pick<User, 'email' | 'id'>): string {
  return `${email} (${id})`
}

/** The state of an account in one word. */
export function stateOf(user: User, now: Date): 'active' | 'locked' | 'deactivated' {
  if (!user.active) return 'deactivated'
  return isLocked(user, now) ? 'locked' : 'active'
}

/** An account for programs. */
export function userJson(user: User, now: Date) {
  const { id, tenantId, email, username, firstName, lastName, phoneNumber, locale, role } = user
  const { emailVerifiedAt, lockedUntil, createdAt, lastLoginAt, loginCount } = user
  const person = { id, tenantId, email, username, firstName, lastName, phoneNumber, locale, role }
  return {
    ...person,
    state: stateOf(user, now),
    emailVerifiedAt,
    lockedUntil,
    createdAt,
    lastLoginAt,
    loginCount,
  }
}

/** Prints what happened to an account, as a sentence or for programs. */
export function reportUser(
  terminal: Terminal,
  user: Pick<User, 'id' | 'email'>,
  what: string,
  facts: object = {},
): void {
  if (terminal.json) terminal.print(JSON.stringify({ id: user.id, email: user.email, ...facts }))
  else terminal.print(printableLine(`${nameOf(user)} ${what}`))
}
