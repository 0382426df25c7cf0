/** Access tokens that are refused before their time. Kept until no such token can be alive any more. */
export type Revocation = { readonly expiresAt: Date } & (
  | { readonly kind: 'SESSION'; readonly sessionId: string }
  | { readonly kind: 'USER'; readonly userId: string; readonly minimumTokenVersion: number }
  | { readonly kind: 'TOKEN'; readonly tokenId: string }
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
const revocationMemorySeconds = 3600 + 60

/** Until when a revocation of that moment is remembered. */
export function rememberedUntil(now: Date): Date {
  return new Date(now.getTime() + revocationMemorySeconds * 1000)
}
