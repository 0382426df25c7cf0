import type { JsonValue } from '../../lib/json.ts'

/**
 * The input of one registration of an unverified address. It is stored with the token of its own mail: following the
 * link applies the registration that sent it, even if the address was registered by others since.
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

/** Parses the stored form; null for a token without a registration. @throws if the row is damaged */
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
