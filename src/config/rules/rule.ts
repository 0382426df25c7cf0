/** How the text of a variable becomes a value. */
export interface Rule<T> {
  /** What the value must be: completes the sentence "PORT must be …". */
  readonly expected: string
  /** Returns the value, or null if the text is invalid. */
  readonly parse: (text: string) => T | null
}
