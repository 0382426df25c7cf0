import { UnavailableError } from '../refusals.ts'
import type { Count } from './attempt-counts.ts'
import type { Reserved } from './attempt-decision.ts'
import type { Attempt, AttemptStore, Failure } from './attempt-store.ts'

export interface AttemptReservationsDeps {
  readonly attempts: AttemptStore
  /** Called with an error of the store, and the effect on the attempt. */
  readonly failed: (error: unknown, done: 'refused' | 'admitted') => void
}

/** Changes several counts at once, in one round trip to the store. */
export class AttemptReservations {
  readonly #deps: AttemptReservationsDeps

  constructor(deps: AttemptReservationsDeps) {
    this.#deps = deps
  }

  /** @throws UnavailableError if the attempt cannot be reserved in every count; it is then reserved in none */
  async reserve(counts: readonly Count[], attempt: string): Promise<readonly Reserved[]> {
    const { attempts } = this.#deps
    const results = await Promise.allSettled(
      counts.map(async (count) => {
        const reservation = await attempts.reserve({ key: count.key, attempt }, count.rules)
        return { count, reservation }
      }),
    )
    const reserved = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed === undefined) return reserved
    await this.release(
      reserved.map(({ count }) => count),
      attempt,
    )
    return this.#refuse(failed.reason)
  }

  /** Counts a failure. @throws UnavailableError; the reservations become failures by themselves */
  async fail(counts: readonly Count[], attempt: string): Promise<readonly (Failure & { count: Count })[]> {
    const { attempts } = this.#deps
    try {
      return await Promise.all(
        counts.map(async (count) => {
          const failure = await attempts.fail({ key: count.key, attempt }, count.rules)
          return { ...failure, count }
        }),
      )
    } catch (error) {
      return this.#refuse(error)
    }
  }

  /** Forgets all attempts of the counts; in a shared count, this attempt only. Never throws. */
  async clear(counts: readonly Count[], attempt: string): Promise<void> {
    const { attempts } = this.#deps
    const shared = counts.filter((count) => count.shared)
    const others = counts.filter((count) => !count.shared)
    await Promise.all([
      this.release(shared, attempt),
      this.#tryEach(others, ({ key }) => attempts.clear(key)),
    ])
  }

  /** Never throws. */
  release(counts: readonly Count[], attempt: string): Promise<void> {
    return this.#tryEach(counts, ({ key }) => this.#deps.attempts.release({ key, attempt }))
  }

  /** If a change fails, the attempt counts as a failure and expires later. */
  async #tryEach(counts: readonly Count[], change: (count: Pick<Attempt, 'key'>) => Promise<void>) {
    await Promise.all(
      counts.map((count) => change(count).catch((error: unknown) => this.#deps.failed(error, 'admitted'))),
    )
  }

  #refuse(error: unknown): never {
    this.#deps.failed(error, 'refused')
    throw new UnavailableError()
  }
}
