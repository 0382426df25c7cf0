import { hourSeconds, minuteSeconds } from '../../lib/duration.ts'

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
)

/** The claims of an access token that a revocation can match. */
export interface RevocableToken {
  readonly sessionId: string
  readonly userId: string
  readonly tokenVersion: number
  readonly tokenId: string
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
