import type { SignInChallenge } from './sign-in-challenge.ts'

/** A sign-in with the right password whose second step was not proven. */
export interface UnsolvedChallenge {
  readonly userId: string
  readonly createdAt: Date
  /** From fixed lists; null: unknown. */
  readonly browser: string | null
  readonly os: string | null
}

/** Stores sign-ins that wait for a further step. A challenge is open until it expires, is solved, or is closed. */
export interface SignInChallengeStore {
  /**
   * Stores a challenge, and closes the oldest open ones of the account, so that at most `maxOpen` are open. Lock the
   * account first.
   */
  open(challenge: SignInChallenge, maxOpen: number): Promise<void>
  /** The open challenge with that digest; null if there is none, or the tenant was deactivated since. */
  find(digest: Uint8Array<ArrayBuffer>, now: Date): Promise<SignInChallenge | null>
  /**
   * Takes a try before a proof is compared, in one statement. Returns the number of tries that are left; null, and nothing
   * changes, if the challenge is not open or has no try left.
   */
  takeTry(id: string, maxTries: number, now: Date): Promise<number | null>
  /** Closes an open challenge. Of parallel calls exactly one returns true. */
  close(id: string, now: Date): Promise<boolean>
  /**
   * Marks up to `limit` challenges whose second step was not proven until they expired, and returns them. Each is returned
   * once, however many processes ask.
   */
  claimUnsolved(now: Date, limit: number): Promise<readonly UnsolvedChallenge[]>
  /** Removes up to `limit` challenges that expired before that time. Returns the number of removed rows. */
  purge(expiredBefore: Date, limit: number): Promise<number>
}
