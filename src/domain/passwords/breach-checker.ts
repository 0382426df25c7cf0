/** Port to a list of passwords from breaches of other services. */
export interface BreachChecker {
  /** Checks at start that the list is usable. @throws if it is not */
  prepare?(): Promise<void>
  /**
   * Whether the list contains the normalised password; null if the list did not respond within about a second. Never
   * throws.
   */
  isBreached(password: string): Promise<boolean | null>
}
