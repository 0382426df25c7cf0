import type { LimitVerdict } from '../../domain/rate-limits/rate-limiter.ts'
import { BoundedMap } from '../../lib/collections/bounded-map.ts'

/** Maximum number of keys. Beyond it, the key that was blocked first is checked in Redis again: slower, but correct. */
const maxKeys = 10_000

/**
 * Keys whose budget is used up, with the end of the block. Their calls are refused without a request to Redis. A block
 * ends when the first call leaves the window, so it never refuses a call that Redis would admit, unless another process
 * has refunded a call in the meantime.
 */
export class BlockedKeys {
  readonly #until = new BoundedMap<string, { retryAtMs: number; resetAtMs: number }>(maxKeys)

  /** The refusal; null = Redis must decide. */
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

  /** Stores the verdict of Redis on a request sent at `sentAtMs`. */
  learn(key: string, { remaining, retryAfterMs, resetAfterMs }: LimitVerdict, sentAtMs: number): void {
    if (remaining > 0) return
    this.#until.set(key, { retryAtMs: sentAtMs + retryAfterMs, resetAtMs: sentAtMs + resetAfterMs })
  }

  forget(key: string): void {
    this.#until.delete(key)
  }
}
