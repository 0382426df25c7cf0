import type { Budget, ChargedName } from '../../domain/rate-limits/limits.ts'
import type { Charge, LimitVerdict, RateLimiter } from '../../domain/rate-limits/rate-limiter.ts'
import { BoundedMap } from '../../lib/collections/bounded-map.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { daySeconds } from '../../lib/time/duration.ts'
import { BlockedKeys } from './blocked-keys.ts'
import type { RedisConnection } from './redis-client.ts'
import { settled } from './redis-client.ts'
import { SlidingWindow } from './sliding-window.ts'
import { SlidingWindows } from './sliding-windows.ts'

export interface RedisRateLimiterDeps {
  /** A separate connection, `limitedByCaller`. The calls of one turn share a command already: auto-pipelining only adds work. */
  readonly redis: RedisConnection
  /** The clock of this machine, for blocked keys; the windows use the clock of Redis. */
  readonly clock: Pick<Clock, 'monotonicMs'>
  /** Time limit of a call. The first calls wait as long for the connection to open. */
  readonly timeoutMs: number
}

/** The counters of one budget. */
interface BudgetCounters {
  readonly window: SlidingWindow
  readonly blocked: BlockedKeys
}

/**
 * Maximum number of sizes of one budget in memory: API keys and tenants have budgets of any size. The counts are in Redis, so a
 * dropped size costs one more call.
 */
const maxSizes = 1000

/**
 * Sliding windows in Redis, shared by all processes. The calls of one turn of the event loop run one script; this process
 * itself refuses calls of a key whose budget is used up. Rejects if Redis does not respond; the failover handles that.
 */
export class RedisRateLimiter implements RateLimiter {
  readonly #redis: RedisConnection
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #windows: SlidingWindows
  readonly #countersByName = new Map<ChargedName, BoundedMap<number, BudgetCounters>>()
  #opening: Promise<void> | null

  constructor({ redis, clock, timeoutMs }: RedisRateLimiterDeps) {
    this.#redis = redis
    this.#clock = clock
    this.#windows = new SlidingWindows(redis, timeoutMs)
    this.#opening = settled(redis, timeoutMs).then(() => {
      this.#opening = null
    })
  }

  refusalOf({ name, budget, key }: Charge): LimitVerdict | null {
    return this.#countersOf(name, budget).blocked.refusalOf(key, this.#clock.monotonicMs())
  }

  async consume({ name, budget, key }: Charge): Promise<LimitVerdict> {
    const { window, blocked } = this.#countersOf(name, budget)
    const sentAtMs = this.#clock.monotonicMs()
    const refusal = blocked.refusalOf(key, sentAtMs)
    if (refusal !== null) return refusal
    if (this.#opening !== null) await this.#opening
    const verdict = await window.verdictOn(key)
    blocked.learn(key, verdict, sentAtMs)
    return verdict
  }

  async refund({ name, budget, key }: Charge): Promise<void> {
    const { window, blocked } = this.#countersOf(name, budget)
    await window.refund(key)
    blocked.forget(key)
  }

  #countersOf(name: ChargedName, budget: Budget): BudgetCounters {
    const size = budget.max * (daySeconds + 1) + budget.windowSeconds
    const known = this.#countersByName.get(name) ?? new BoundedMap<number, BudgetCounters>(maxSizes)
    const found = known.get(size)
    if (found !== undefined) return found
    const window = new SlidingWindow(this.#redis, this.#windows, name, budget)
    const counters = { window, blocked: new BlockedKeys() }
    known.set(size, counters)
    this.#countersByName.set(name, known)
    return counters
  }
}
