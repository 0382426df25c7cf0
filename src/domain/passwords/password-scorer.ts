/** How hard a password is to guess. */
export interface PasswordScore {
  /** 0 (worst) to 4. */
  readonly score: number
  /** For people, in English: what makes it weak and what would make it better. */
  readonly suggestions: readonly string[]
}

/** Estimates how many guesses a password takes; costs a processor 10 to 100 ms, the event loop nothing. */
export interface PasswordScorer {
  /** Begins to load what it needs, where that takes long; the first score does so otherwise. */
  start?(): void
  /**
   * Scores a password of any length by its first 64 characters; `words` are what a guesser knows of the owner.
   * Throws UnavailableError when too many others wait, or scoring took too long.
   */
  score(password: string, words: readonly string[]): Promise<PasswordScore>
}
