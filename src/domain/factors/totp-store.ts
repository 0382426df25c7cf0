import type { StoredTotp, TotpSecret } from './totp.ts'

/** A sealed secret and its place in the table. */
export type SealedTotp = Pick<TotpSecret, 'id' | 'userId' | 'sealedSecret'>

/** Stores the secrets of authenticator apps. A user has at most one confirmed and one unconfirmed secret in use. */
export interface TotpStore {
  /** Stores an unconfirmed secret. Replaces an earlier unconfirmed one. */
  enrol(secret: TotpSecret): Promise<void>
  /** Stores a secret of a new account that is confirmed already. */
  insertConfirmed(secret: TotpSecret): Promise<void>
  /** The unconfirmed secret of a user; null if there is none. */
  findUnconfirmed(userId: string): Promise<StoredTotp | null>
  /** The confirmed secret of a user; null if there is none. */
  findConfirmed(userId: string): Promise<StoredTotp | null>
  /**
   * Confirms that secret with the first accepted step, and removes the one that was confirmed before. Null, and nothing
   * changes, if the secret is not the unconfirmed one of the user any more. Lock the account first.
   */
  confirm(
    secret: Pick<TotpSecret, 'id' | 'userId'>,
    step: number,
    now: Date,
  ): Promise<TotpConfirmation | null>
  /**
   * Accepts a step of a confirmed secret, and forgets the failures, in one statement. False, and nothing changes, if that
   * step or a later one was accepted before, or the secret was removed: of parallel calls exactly one succeeds.
   */
  accept(id: string, step: number, now: Date): Promise<boolean>
  /** Counts a wrong code. */
  noteFailure(id: string): Promise<void>
  /** Forgets the wrong codes of a user, after another proof of a second factor. */
  forgetFailures(userId: string): Promise<void>
  /**
   * Removes the confirmed and the unconfirmed secret of a user; the rows are kept while a mailed link can restore them.
   * Returns the id of the confirmed one; null if there was none.
   */
  remove(userId: string, now: Date): Promise<string | null>
  /** The next secrets by id after that one, also removed ones, for a change of the key that seals them. */
  listSealed(afterId: string | null, limit: number): Promise<readonly SealedTotp[]>
  /** Replaces the sealed form of a secret if it is still `seen`. */
  reseal(id: string, seen: Uint8Array<ArrayBuffer>, sealed: Uint8Array<ArrayBuffer>): Promise<boolean>
}

export interface TotpConfirmation {
  /** Id of the secret that was confirmed before; null: none. */
  readonly replaced: string | null
}
