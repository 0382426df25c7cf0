import type {
  AttemptStore,
  DistinctCount,
  LockOutRules,
  Reservation,
} from '../../domain/attempts/attempt-store.ts'
import type { Clock } from '../../lib/clock.ts'
import { errorText } from '../../lib/error-text.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Metrics } from '../../lib/metrics.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { LearntLocks } from './learnt-locks.ts'

export interface FailoverAttemptStoreDeps {
  /** Of all processes, and may be away. */
  readonly shared: AttemptStore
  /** Of this process; never away. */
  readonly own: AttemptStore
  /** Among how many processes the failures are divided while each counts for itself. */
  readonly replicas: number
  /** Most locks of others that are remembered. */
  readonly maxLocks: number
  readonly clock: Pick<Clock, 'now'>
  /** The real one: it says when Redis is asked again. */
  readonly breakerClock: Pick<Clock, 'monotonicMs'>
  readonly logger: Logger
  readonly metrics: Metrics
}

const rests = { restMs: 250, maxRestMs: 1000 }
/** Of right passwords during an outage so many are remembered. */
const maxOwed = 10_000

/**
 * Counts in Redis, which alone decides while it answers; else in this process, which admits its share of the failures,
 * rounded up, and honours the locks that it has learnt from Redis. What it counted in an outage is kept for the next
 * one: a flapping Redis gives nobody new guesses. A right password of an outage is made up for when Redis is back, so
 * that its reservation never adds up to a lock.
 */
export class FailoverAttemptStore implements AttemptStore {
  readonly #deps: FailoverAttemptStoreDeps
  readonly #breaker: CircuitBreaker
  readonly #locks: LearntLocks
  readonly #owed = new Set<string>()
  #degraded = false
  /** How often it went over from one to the other: a call that began before the last time has nothing to say. */
  #changes = 0

  constructor(deps: FailoverAttemptStoreDeps) {
    this.#deps = deps
    this.#breaker = new CircuitBreaker(rests, deps.breakerClock)
    this.#locks = new LearntLocks({ clock: deps.clock, maxLocks: deps.maxLocks })
  }

  async reserve(key: string, rules: LockOutRules): Promise<Reservation> {
    return this.#either(
      async (shared) => {
        if (this.#owed.has(key)) await this.#pay(key)
        const reservation = await shared.reserve(key, rules)
        this.#locks.learn(key, reservation.unlocksAt)
        return reservation
      },
      async (own) => {
        const unlocksAt = this.#locks.find(key)
        if (unlocksAt !== null) return { kind: 'LOCKED', unlocksAt }
        return own.reserve(key, this.#shareOf(rules))
      },
    )
  }

  async release(key: string, rules: LockOutRules): Promise<void> {
    this.#locks.learn(key, null)
    await this.#either(
      (shared) => shared.release(key, rules),
      (own) => own.release(key, this.#shareOf(rules)),
    )
  }

  async clear(key: string): Promise<void> {
    this.#locks.learn(key, null)
    await this.#deps.own.clear(key)
    await this.#either(
      (shared) => shared.clear(key),
      async () => {
        if (this.#owed.size < maxOwed) this.#owed.add(key)
      },
    )
  }

  countDistinct(key: string, member: string): Promise<DistinctCount> {
    return this.#either(
      (shared) => shared.countDistinct(key, member),
      (own) => own.countDistinct(key, member),
    )
  }

  peekDistinct(key: string): Promise<number> {
    return this.#either(
      (shared) => shared.peekDistinct(key),
      (own) => own.peekDistinct(key),
    )
  }

  async #either<T>(
    there: (shared: AttemptStore) => Promise<T>,
    here: (own: AttemptStore) => Promise<T>,
  ): Promise<T> {
    const changes = this.#changes
    try {
      const answer = await this.#breaker.run(() => there(this.#deps.shared))
      if (this.#degraded && changes === this.#changes) this.#recover()
      return answer
    } catch (error) {
      if (!this.#degraded && changes === this.#changes) this.#degrade(error)
      this.#deps.metrics.count('limiter_degraded', 'attempts')
      return here(this.#deps.own)
    }
  }

  #shareOf(rules: LockOutRules): LockOutRules {
    return { ...rules, failures: Math.ceil(rules.failures / this.#deps.replicas) }
  }

  async #pay(key: string): Promise<void> {
    await this.#deps.shared.clear(key)
    this.#owed.delete(key)
  }

  #degrade(error: unknown): void {
    this.#degraded = true
    this.#changes += 1
    const reason = errorText(error)
    this.#deps.logger.warn({ reason }, 'attempts are counted in this process: Redis does not answer')
  }

  #recover(): void {
    this.#degraded = false
    this.#changes += 1
    this.#deps.logger.info({}, 'attempts are counted in Redis again')
    // Whoever fails here is tried again when his key is wanted.
    for (const key of this.#owed) this.#pay(key).catch(() => undefined)
  }
}
