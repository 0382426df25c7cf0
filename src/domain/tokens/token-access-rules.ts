import type { MappedClaim } from './mapped-claim.ts'

/** What the application may put into access tokens. */
export interface TokenAccessRules {
  /** The most important one first. */
  readonly claims: readonly MappedClaim[]
  /** Maximum size of `scope`, `roles` and mapped claims together, as `accessBytes` counts it. */
  readonly maxBytes: number
}
