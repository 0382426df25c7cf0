import type { Redis } from 'ioredis'
import type { Budget, ChargedName } from '../../domain/rate-limits/limits.ts'
import type { Charge, LimitVerdict, SharedRateLimiter } from '../../domain/rate-limits/rate-limiter.ts'
import type { Clock } from '../../lib/clock.ts'
import { BlockedKeys } from './blocked-keys.ts'
import { inTime } from './in-time.ts'
import { settled } from './redis-client.ts'
import { SlidingWindow, WindowRes } from './sliding-window.ts'

export interface RedisRateLimiterDeps {
  /** A connection of its own: one that gathers the commands of a turn into one message. */
  readonly redis: Redis
  /** Of this machine; the windows go by the clock of Redis. */
  readonly clock: Pick<Clock, 'monotonicMs'>
}

/** A budget of one size. */
interface Counted {
  readonly budget: Budget
  readonly window: SlidingWindow
  readonly blocked: BlockedKeys
}

/** How long the first calls wait for a connection that is being opened. */
const openingMs = 100

/**
 * Sliding windows in Redis, shared by all processes. One script for each call; a key whose budget is used up is
 * answered by this process. Rejects when Redis does not answer, which the failover takes in hand.
 */
export class RedisRateLimiter implements SharedRateLimiter {
  readonly #deps: RedisRateLimiterDeps
  readonly #countedByName = new Map<ChargedName, Counted[]>()
  #opening: Promise<void> | null

  constructor(deps: RedisRateLimiterDeps) {
    this.#deps = deps
    this.#opening = settled(deps.redis, openingMs).then(() => {
      this.#opening = null
    })
  }

  refusalOf({ name, budget, key }: Charge): LimitVerdict | null {
    return this.#countedOf(name, budget).blocked.refusalOf(key, this.#deps.clock.monotonicMs())
  }

  async consume({ name, budget, key }: Charge): Promise<LimitVerdict> {
    const { window, blocked } = this.#countedOf(name, budget)
    const askedAtMs = this.#deps.clock.monotonicMs()
    const refusal = blocked.refusalOf(key, askedAtMs)
    if (refusal !== null) return refusal
    if (this.#opening !== null) await this.#opening
    const verdict = await inTime(ask(window, key))
    blocked.learn(key, verdict, askedAtMs)
    return verdict
  }

  async refund({ name, budget, key }: Charge): Promise<void> {
    const { window, blocked } = this.#countedOf(name, budget)
    await inTime(window.takeBack(key))
    blocked.forget(key)
  }

  #countedOf(name: ChargedName, budget: Budget): Counted {
    const known = this.#countedByName.get(name)
    const { max, windowSeconds } = budget
    const found = known?.find((one) => one.budget.max === max && one.budget.windowSeconds === windowSeconds)
    if (found !== undefined) return found
    const window = new SlidingWindow(this.#deps.redis, name, budget)
    const counted = { budget, window, blocked: new BlockedKeys() }
    if (known === undefined) this.#countedByName.set(name, [counted])
    else known.push(counted)
    return counted
  }
}

/** The library resolves with what is admitted and rejects with what is refused, and with errors. */
async function ask(window: SlidingWindow, key: string): Promise<LimitVerdict> {
  const answer: unknown = await window.consume(key).catch((reason: unknown) => reason)
  if (!(answer instanceof WindowRes)) throw answer
  const { consumedPoints, remainingPoints, msBeforeNext, resetAfterMs } = answer
  const admitted = consumedPoints <= window.points
  return { admitted, remaining: remainingPoints, retryAfterMs: msBeforeNext, resetAfterMs }
}
