import { vi } from 'vitest'

/** The longest that anything in a test may take. It ends only tests that fail. */
export const patienceMs = 120_000

/**
 * Repeats a check until it no longer throws, and returns its value. Fails with the error of the last try after two minutes.
 * Use it instead of a pause: it ends as soon as the condition holds, and a slow machine does not fail the test.
 */
export function eventually<T>(check: () => T | Promise<T>, { everyMs = 50 } = {}): Promise<T> {
  return vi.waitFor(check, { timeout: patienceMs, interval: everyMs })
}
