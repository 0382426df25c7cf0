import type { JsonValue } from '../../lib/json.ts'

/**
 * What one registration of an unverified address asked for. It travels with the token of its own mail: whoever follows
 * that link gets what he has written himself, however often somebody else has registered the address since.
 */
export interface PendingRegistration {
  readonly passwordHash: string
  readonly pepperId: string | null
  readonly changedAt: string
  readonly username: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly phoneNumber: string | null
}

/** Reads back what was stored; null for a token without one. Throws when the row was damaged. */
export function readPendingRegistration(stored: JsonValue): PendingRegistration | null {
  if (stored === null) return null
  if (typeof stored !== 'object' || !('passwordHash' in stored)) throw damaged()
  const { passwordHash, changedAt } = stored
  if (typeof passwordHash !== 'string' || typeof changedAt !== 'string') throw damaged()
  return {
    passwordHash,
    changedAt,
    pepperId: textOf(stored.pepperId),
    username: textOf(stored.username),
    firstName: textOf(stored.firstName),
    lastName: textOf(stored.lastName),
    phoneNumber: textOf(stored.phoneNumber),
  }
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}

function damaged(): Error {
  return new Error('A pending registration is damaged.')
}
