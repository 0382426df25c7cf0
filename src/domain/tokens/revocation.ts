import { hourSeconds, minuteSeconds } from '../../lib/time/duration.ts'

/**
 * Tokens or a key that are refused before they expire. A revocation is kept until all affected access tokens have
 * expired.
 */
export type Revocation = { readonly expiresAt: Date } & (
  | { readonly kind: 'SESSION'; readonly sessionId: string }
  | { readonly kind: 'USER'; readonly userId: string; readonly minimumTokenVersion: number }
  | { readonly kind: 'TOKEN'; readonly tokenId: string }
  /** Invalidates the caches of processes. The row of the key records the revocation permanently. */
  | { readonly kind: 'API_KEY'; readonly apiKeyId: string }
  | AccessRevocation
  | TenantRevocation
)

/**
 * A change of what the roles of the application grant, one for all their holders. It refuses tokens with such a role whose
 * roles were read before the change.
 */
export interface AccessRevocation {
  readonly kind: 'ACCESS'
  /** The tenant of the affected tokens; null: every tenant. */
  readonly tenantId: string | null
  /** The name of the role; null: every role. */
  readonly role: string | null
  readonly minimumAccessVersion: number
}

/** A change of a tenant: copies of an earlier version are outdated, and tokens that were issued before a time are refused. */
export interface TenantRevocation {
  readonly kind: 'TENANT'
  readonly tenantId: string
  readonly tenantVersion: number
  /** Null: no token is refused. A time in the far future refuses all of them. */
  readonly issuedBefore: Date | null
}

/** The claims of an access token that a revocation can match. */
export interface RevocableToken extends AccessHolder, TenantHolder {
  readonly sessionId: string
  readonly userId: string
  readonly tokenVersion: number
  readonly tokenId: string
}

/** Of which tenant a token is, and when it was issued. */
export interface TenantHolder {
  readonly tenantId: string
  readonly issuedAt: Date
}

/** Whose roles of the application a revocation can match, and when they were read. */
export interface AccessHolder {
  readonly tenantId: string
  /** The names of the roles. */
  readonly accessRoles: readonly string[]
  /** The access version with which the roles were read; null without roles. */
  readonly accessVersion: number | null
}

/**
 * How long a revocation is kept: the upper bound of ACCESS_TOKEN_SECONDS, whatever its present value, and one minute
 * for differences between clocks.
 */
const revocationMemorySeconds = hourSeconds + minuteSeconds

/** Until when a revocation of that time is kept. */
export function rememberedUntil(now: Date): Date {
  return new Date(now.getTime() + revocationMemorySeconds * 1000)
}

/** A revoked access token: since when, in which tenant, by whom, why and until when it is remembered. */
export interface RevokedToken {
  readonly tokenId: string
  /** The tenant of the viewer who revoked it, or of its holder. */
  readonly tenantId: string | null
  /** The user of the token; null if only its id was known. */
  readonly userId: string | null
  /** The user who revoked it; null if its holder did, or unknown. */
  readonly actorId: string | null
  readonly reason: string | null
  readonly revokedAt: Date
  readonly expiresAt: Date
}
