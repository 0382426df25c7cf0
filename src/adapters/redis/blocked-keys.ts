import type { LimitVerdict } from '../../domain/rate-limits/rate-limiter.ts'

/** Beyond so many, the one that was blocked first is asked for over the network again: slower, not wrong. */
const maxKeys = 10_000

/**
 * Keys whose budget is used up, and until when: their calls are refused without asking Redis. A block ends when the
 * first call leaves the window, so it never refuses what Redis would admit, unless another process has given a call
 * back meanwhile. In place of the library's own, which goes by the wall clock, looks through all keys whenever it
 * holds a thousand, and does not know when the whole budget is back.
 */
export class BlockedKeys {
  readonly #until = new Map<string, { retryAtMs: number; resetAtMs: number }>()

  /** The refusal, or null where Redis is to be asked. */
  refusalOf(key: string, nowMs: number): LimitVerdict | null {
    const found = this.#until.get(key)
    if (found === undefined) return null
    if (found.retryAtMs <= nowMs) {
      this.#until.delete(key)
      return null
    }
    return {
      admitted: false,
      remaining: 0,
      retryAfterMs: Math.ceil(found.retryAtMs - nowMs),
      resetAfterMs: Math.ceil(found.resetAtMs - nowMs),
    }
  }

  /** Remembers what Redis said when it was asked at `askedAtMs`. */
  learn(key: string, { remaining, retryAfterMs, resetAfterMs }: LimitVerdict, askedAtMs: number): void {
    if (remaining > 0) return
    this.#until.delete(key)
    this.#until.set(key, { retryAtMs: askedAtMs + retryAfterMs, resetAtMs: askedAtMs + resetAfterMs })
    if (this.#until.size <= maxKeys) return
    const [first] = this.#until.keys()
    if (first !== undefined) this.#until.delete(first)
  }

  forget(key: string): void {
    this.#until.delete(key)
  }
}
