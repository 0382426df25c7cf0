import { setTimeout as sleep } from 'node:timers/promises'
import { causeOf } from '../lib/observation/cause-of.ts'
import type { Logger } from '../lib/observation/logger.ts'
import type { Clock } from '../lib/time/clock.ts'

/** Something that a start requires. `check` throws an Error for operators if it does not work. */
export interface StartRequirement {
  readonly name: string
  check(): Promise<void>
}

const firstPauseMs = 250
const maxPauseMs = 5000

/** Waits for what a start requires, one after the other, all together at most `seconds`. */
export class StartWait {
  readonly #logger: Logger
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #endsMs: number

  constructor(
    seconds: number,
    { logger, clock }: { readonly logger: Logger; readonly clock: Pick<Clock, 'monotonicMs'> },
  ) {
    this.#logger = logger
    this.#clock = clock
    this.#endsMs = clock.monotonicMs() + seconds * 1000
  }

  /**
   * Repeats the check with growing pauses until it passes. Logs once what the start waits for, and once that it works.
   * @throws the error of the last check when the time is over
   */
  async for({ name, check }: StartRequirement): Promise<void> {
    let hasWaited = false
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, maxPauseMs)) {
      try {
        await check()
        if (hasWaited) this.#logger.info({ dependency: name }, 'the start continues')
        return
      } catch (error) {
        const leftMs = this.#endsMs - this.#clock.monotonicMs()
        if (leftMs <= 0) throw error
        if (!hasWaited) this.#report(name, error, leftMs)
        hasWaited = true
        await sleep(Math.min(pauseMs, leftMs))
      }
    }
  }

  #report(dependency: string, error: unknown, leftMs: number): void {
    const fields = { dependency, cause: causeOf(error), secondsLeft: Math.ceil(leftMs / 1000) }
    this.#logger.warn(fields, 'the start waits for a dependency')
  }
}
