import { sha256, toHex } from '../../lib/crypto/digest.ts'
import type { JsonObject } from '../../lib/text/json.ts'

export const userRoles = ['USER', 'MODERATOR', 'ADMIN'] as const
export type UserRole = (typeof userRoles)[number]

/** A person with an account. */
export interface User {
  readonly id: string
  readonly tenantId: string
  /** Normalised: see email-address.ts. */
  readonly email: string
  readonly emailVerifiedAt: Date | null
  /** In the case that the owner chose; unique without regard to case. */
  readonly username: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  /** E.164. */
  readonly phoneNumber: string | null
  readonly phoneVerifiedAt: Date | null
  /** Canonical BCP 47 tag of the language of pages and mails; null: by Accept-Language. */
  readonly locale: string | null
  readonly role: UserRole
  readonly preferences: JsonObject
  /** Data of the application about the user, which administrators write. */
  readonly metadata: JsonObject
  /** False if an administrator deactivated the account. */
  readonly active: boolean
  /** When an administrator locked the account. If `lockedUntil` is null, the lock has no end. */
  readonly lockedAt: Date | null
  readonly lockedUntil: Date | null
  /** Access tokens with a smaller `ver` are refused. */
  readonly tokenVersion: number
  /** Failed attempts of an earlier epoch are forgotten. */
  readonly attemptEpoch: number
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly lastLoginAt: Date | null
  readonly loginCount: number
}

/** The tenant of a tombstone. It is the tenant of no viewer, so no one can read the personal fields of a tombstone. */
const noTenantId = ''

/**
 * Stands for the account of an id that no account has: it was deleted, or never existed. References in other subgraphs
 * outlive accounts, and a non-null display name keeps the objects that refer to them readable.
 */
export function tombstoneOf(id: string): User {
  const never = new Date(0)
  return {
    id,
    tenantId: noTenantId,
    email: '',
    emailVerifiedAt: null,
    username: null,
    firstName: null,
    lastName: null,
    phoneNumber: null,
    phoneVerifiedAt: null,
    locale: null,
    role: 'USER',
    preferences: {},
    metadata: {},
    active: false,
    lockedAt: null,
    lockedUntil: null,
    tokenVersion: 0,
    attemptEpoch: 0,
    createdAt: never,
    updatedAt: never,
    lastLoginAt: null,
    loginCount: 0,
  }
}

/** The username, or `User ` and six characters of a digest of the id. Never a real name or an address. */
export function displayName(user: Pick<User, 'id' | 'username' | 'tenantId'>): string {
  if (user.tenantId === noTenantId) return 'Deleted user'
  if (user.username !== null) return user.username
  return `User ${toHex(sha256(user.id)).slice(0, 6).toUpperCase()}`
}

/** Whether an administrator's lock is in effect at that time. A lock whose end is no valid time is. */
export function isLocked(user: Pick<User, 'lockedAt' | 'lockedUntil'>, now: Date): boolean {
  if (user.lockedAt === null) return false
  return user.lockedUntil === null || !(user.lockedUntil <= now)
}
