import { hourSeconds, minuteSeconds } from '../../lib/duration.ts'
/** What is refused before its time. Kept until no access token that it names can be alive any more. */
export type Revocation = { readonly expiresAt: Date } & (
  | { readonly kind: 'SESSION'; readonly sessionId: string }
  | { readonly kind: 'USER'; readonly userId: string; readonly minimumTokenVersion: number }
  | { readonly kind: 'TOKEN'; readonly tokenId: string }
  /** Ends what processes remember of the key; for good, its own row says so. */
  | { readonly kind: 'API_KEY'; readonly apiKeyId: string }
)

/** The claims that a revocation can name. */
export interface RevocableToken {
  readonly sessionId: string
  readonly userId: string
  readonly tokenVersion: number
  readonly tokenId: string
}

/**
 * How long a revocation is remembered, in seconds: the longest life that ACCESS_TOKEN_SECONDS may ever allow and a
 * minute for clocks that disagree, whatever the setting is now.
 */
const revocationMemorySeconds = hourSeconds + minuteSeconds

/** Until when a revocation of that moment is remembered. */
export function rememberedUntil(now: Date): Date {
  return new Date(now.getTime() + revocationMemorySeconds * 1000)
}
