import type { FactorChange } from '../factors/factor-change.ts'
import type { OneTimeToken, OneTimeTokenPurpose } from './one-time-token.ts'

/** The content of a token of an account that was just consumed. */
export interface ConsumedToken {
  readonly id: string
  readonly userId: string
  readonly email: string | null
  /** Null for other purposes, and for a change of a kind that this version does not know. */
  readonly factorChange: FactorChange | null
  /** Whether an earlier version stored a registration with the token: the account then has the password of any of them. */
  readonly carriesRegistration: boolean
}

export interface OneTimeTokenStore {
  /**
   * Stores a token and, unless `keepsOlder` is set, voids older tokens of the user or the pending registration with the
   * same purpose. One statement.
   */
  insert(token: OneTimeToken): Promise<void>
  /**
   * Consumes a live token of an account and of that purpose, in one statement: of parallel calls exactly one succeeds.
   * Null for unknown, used, void and expired tokens, and for tokens of pending registrations.
   */
  consume(
    digest: Uint8Array<ArrayBuffer>,
    purpose: OneTimeTokenPurpose,
    now: Date,
  ): Promise<ConsumedToken | null>
  /** Finds a live token without consuming it. Null in the same cases as `consume`. */
  find(
    digest: Uint8Array<ArrayBuffer>,
    purpose: OneTimeTokenPurpose,
    now: Date,
  ): Promise<{ userId: string; email: string | null } | null>
  /** Sets the expiry of a token when its mail is sent. False if the token was used or voided, or its
   * registration was closed: the mail is useless. */
  begin(id: string, expiresAt: Date): Promise<boolean>
  /** Voids every live token of the user with one of these purposes. */
  voidAll(userId: string, purposes: readonly OneTimeTokenPurpose[], now: Date): Promise<void>
  /** Voids every live token of the user and that purpose that was created after the token with that id. */
  voidNewer(userId: string, token: Pick<OneTimeToken, 'id' | 'purpose'>, now: Date): Promise<void>
  /** Voids every live token of the user and that purpose that was mailed to none of these addresses. */
  voidMailedElsewhere(
    userId: string,
    purpose: OneTimeTokenPurpose,
    addresses: readonly string[],
    now: Date,
  ): Promise<void>
  /** Removes up to `limit` tokens that expired before that time. Returns the number of removed tokens. */
  purge(expiredBefore: Date, limit: number): Promise<number>
}
