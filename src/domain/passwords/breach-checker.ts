/** Knows passwords that were stolen from other services. */
export interface BreachChecker {
  /** Makes sure before the first password that the list is there; throws when it is not. */
  prepare?(): Promise<void>
  /** Whether the normalised password is known; null when that could not be found out within about a second. Never throws. */
  isBreached(password: string): Promise<boolean | null>
}
