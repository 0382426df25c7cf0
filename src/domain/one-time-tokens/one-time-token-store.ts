import type { PendingRegistration } from '../users/pending-registration.ts'
import type { OneTimeToken, OneTimeTokenPurpose } from './one-time-token.ts'

/** What a token that has just been used up was for. */
export interface ConsumedToken {
  readonly userId: string
  readonly email: string | null
  readonly registration: PendingRegistration | null
}

export interface OneTimeTokenStore {
  /** Stores a token and, unless it keeps them, voids the user's older ones of the same purpose; one statement. */
  insert(token: OneTimeToken): Promise<void>
  /** Uses a live token of that purpose up, by one statement: of parallel calls one gets it. Null for unknown, used, void and expired ones. */
  consume(
    digest: Uint8Array<ArrayBuffer>,
    purpose: OneTimeTokenPurpose,
    now: Date,
  ): Promise<ConsumedToken | null>
  /** Looks without using it up. */
  find(
    digest: Uint8Array<ArrayBuffer>,
    purpose: OneTimeTokenPurpose,
    now: Date,
  ): Promise<{ userId: string; email: string | null } | null>
  /** A token's life begins when its mail is sent. False when it was used or made void meanwhile: the mail is of no use. */
  begin(id: string, expiresAt: Date): Promise<boolean>
  /** Voids every live token of that user, of the purposes given. */
  voidAll(userId: string, purposes: readonly OneTimeTokenPurpose[], now: Date): Promise<void>
  /** Removes tokens that expired before that, in batches. */
  purge(expiredBefore: Date, limit: number): Promise<number>
}
