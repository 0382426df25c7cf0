import type { Redis } from 'ioredis'
import type { Budget, ChargedName } from '../../domain/rate-limits/limits.ts'
import type { Charge, LimitVerdict, SharedRateLimiter } from '../../domain/rate-limits/rate-limiter.ts'
import type { Clock } from '../../lib/clock.ts'
import { BlockedKeys } from './blocked-keys.ts'
import { inTime } from './in-time.ts'
import { settled } from './redis-client.ts'
import { SlidingWindow, WindowRes } from './sliding-window.ts'

export interface RedisRateLimiterDeps {
  /** A separate connection, with auto-pipelining. */
  readonly redis: Redis
  /** The clock of this machine, for blocked keys; the windows use the clock of Redis. */
  readonly clock: Pick<Clock, 'monotonicMs'>
}

/** The counters of one budget. */
interface BudgetCounters {
  readonly budget: Budget
  readonly window: SlidingWindow
  readonly blocked: BlockedKeys
}

/** How long the first calls wait for the connection to open. */
const openingMs = 100

/**
 * Sliding windows in Redis, shared by all processes. Each call runs one script; this process itself refuses calls of a
 * key whose budget is used up. Rejects if Redis does not respond; the failover handles that.
 */
export class RedisRateLimiter implements SharedRateLimiter {
  readonly #deps: RedisRateLimiterDeps
  readonly #countersByName = new Map<ChargedName, BudgetCounters[]>()
  #opening: Promise<void> | null

  constructor(deps: RedisRateLimiterDeps) {
    this.#deps = deps
    this.#opening = settled(deps.redis, openingMs).then(() => {
      this.#opening = null
    })
  }

  refusalOf({ name, budget, key }: Charge): LimitVerdict | null {
    return this.#countersOf(name, budget).blocked.refusalOf(key, this.#deps.clock.monotonicMs())
  }

  async consume({ name, budget, key }: Charge): Promise<LimitVerdict> {
    const { window, blocked } = this.#countersOf(name, budget)
    const sentAtMs = this.#deps.clock.monotonicMs()
    const refusal = blocked.refusalOf(key, sentAtMs)
    if (refusal !== null) return refusal
    if (this.#opening !== null) await this.#opening
    const verdict = await inTime(consumeFrom(window, key))
    blocked.learn(key, verdict, sentAtMs)
    return verdict
  }

  async refund({ name, budget, key }: Charge): Promise<void> {
    const { window, blocked } = this.#countersOf(name, budget)
    await inTime(window.refund(key))
    blocked.forget(key)
  }

  #countersOf(name: ChargedName, budget: Budget): BudgetCounters {
    const known = this.#countersByName.get(name)
    const { max, windowSeconds } = budget
    const found = known?.find(
      (counters) => counters.budget.max === max && counters.budget.windowSeconds === windowSeconds,
    )
    if (found !== undefined) return found
    const window = new SlidingWindow(this.#deps.redis, name, budget)
    const counters = { budget, window, blocked: new BlockedKeys() }
    if (known === undefined) this.#countersByName.set(name, [counters])
    else known.push(counters)
    return counters
  }
}

/** rate-limiter-flexible resolves with an admitted call, and rejects with a refused call or an error. */
async function consumeFrom(window: SlidingWindow, key: string): Promise<LimitVerdict> {
  const result: unknown = await window.consume(key).catch((reason: unknown) => reason)
  if (!(result instanceof WindowRes)) throw result
  const { consumedPoints, remainingPoints, msBeforeNext, resetAfterMs } = result
  const admitted = consumedPoints <= window.points
  return { admitted, remaining: remainingPoints, retryAfterMs: msBeforeNext, resetAfterMs }
}
