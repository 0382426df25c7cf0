/**
 * Work that a request waits for: a statement of the database, a command or script of Redis, the queue of password hashes, a
 * password hash, a call to another service.
 */
export type TimedWork = 'database' | 'redis' | 'hash_wait' | 'hash' | 'service'

/** Ends a measurement. @param error why the work failed; absent: it did not */
export type EndTiming = (error?: unknown) => void

/** Port that measures work. Where nothing is measured, there is none: work that is not measured costs nothing. */
export interface Timings {
  /**
   * Notes that work begins; call the result once, when it ends. Never throws and never waits.
   * @param name of the statement, command or service. It comes from the code, never from a request.
   */
  begin(work: TimedWork, name: string): EndTiming
}

/** Does the work, and measures it if there are timings. */
export async function measured<T>(
  timings: Timings | null,
  work: TimedWork,
  name: string,
  run: () => Promise<T>,
): Promise<T> {
  if (timings === null) return run()
  const end = timings.begin(work, name)
  try {
    const result = await run()
    end()
    return result
  } catch (error) {
    end(error)
    throw error
  }
}
