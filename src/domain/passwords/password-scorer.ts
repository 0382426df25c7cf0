/** The strength of a password. */
export interface PasswordScore {
  /** 0 (worst) to 4. */
  readonly score: number
  /** Sentences in English for the user: what makes the password weak, and how to improve it. */
  readonly suggestions: readonly string[]
}

/** Why a password is scored: it is about to be set, or a viewer or a caller without a session tries out a candidate. */
export type ScoringPurpose = 'set' | 'preview' | 'strangerPreview'

/**
 * Port that estimates how many guesses a password takes. A score takes 10 to 100 ms of CPU time outside of the event
 * loop.
 */
export interface PasswordScorer {
  /** Starts to load dictionaries, if that takes long; otherwise the first score loads them. */
  start?(): void
  /** Resolves when no dictionaries are being loaded, also if loading has failed. */
  loaded?(): Promise<void>
  /**
   * Scores a password of any length by its first 64 characters, for strangers by its first 32. `words` are words that an
   * attacker knows about the owner.
   * Places are reserved for passwords that are about to be set: previews have a small queue of their own, and a password
   * to be set waits for one preview at most.
   * @throws UnavailableError if too many callers wait, or scoring took too long
   */
  score(password: string, words: readonly string[], purpose: ScoringPurpose): Promise<PasswordScore>
}
