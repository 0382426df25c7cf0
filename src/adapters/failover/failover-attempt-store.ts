import type {
  AttemptStore,
  DistinctCount,
  LockOutRules,
  Reservation,
} from '../../domain/attempts/attempt-store.ts'
import type { Clock } from '../../lib/clock.ts'
import { Failover, type FailoverDeps } from './failover.ts'
import { LearntLocks } from './learnt-locks.ts'

export interface FailoverAttemptStoreDeps extends Pick<FailoverDeps, 'logger' | 'metrics'> {
  /** Counts for all processes; can be unavailable. */
  readonly shared: AttemptStore
  /** Counts for this process; always available. */
  readonly own: AttemptStore
  /** Number of processes among which the failures are divided while each counts for itself. */
  readonly replicas: number
  /** Maximum number of locks in Redis that this process remembers. */
  readonly maxLocks: number
  readonly clock: Pick<Clock, 'now'>
  /** The real clock, which decides when Redis is tried again. */
  readonly breakerClock: Pick<Clock, 'monotonicMs'>
}

/** Maximum number of keys that are remembered during an outage, to be cleared in Redis after it. */
const maxOwedClears = 10_000

/**
 * Counts in Redis, which alone decides while it responds; otherwise in this process, which admits its share of the
 * failures, rounded up, and applies the locks that it has learnt from Redis. The counts of an outage are kept for the
 * next one, so that an unstable Redis grants no additional guesses. A right password during an outage clears its key in
 * Redis after the outage, so that its reservation never contributes to a lock.
 */
export class FailoverAttemptStore implements AttemptStore {
  readonly #deps: FailoverAttemptStoreDeps
  readonly #failover: Failover
  readonly #locks: LearntLocks
  readonly #owedClears = new Set<string>()

  constructor(deps: FailoverAttemptStoreDeps) {
    this.#deps = deps
    this.#failover = new Failover({
      subject: 'attempts',
      port: 'attempts',
      clock: deps.breakerClock,
      logger: deps.logger,
      metrics: deps.metrics,
      onRecovered: () => this.#clearAllOwed(),
    })
    this.#locks = new LearntLocks({ clock: deps.clock, maxLocks: deps.maxLocks })
  }

  async reserve(key: string, rules: LockOutRules): Promise<Reservation> {
    return this.#either(
      async (shared) => {
        if (this.#owedClears.has(key)) await this.#clearOwed(key)
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
        if (this.#owedClears.size < maxOwedClears) this.#owedClears.add(key)
      },
    )
  }

  countDistinct(key: string, member: string): Promise<DistinctCount> {
    return this.#either((store) => store.countDistinct(key, member))
  }

  peekDistinct(key: string): Promise<number> {
    return this.#either((store) => store.peekDistinct(key))
  }

  #either<T>(
    callShared: (shared: AttemptStore) => Promise<T>,
    callOwn: (own: AttemptStore) => Promise<T> = callShared,
  ): Promise<T> {
    const { shared, own } = this.#deps
    return this.#failover.run(
      () => callShared(shared),
      () => callOwn(own),
    )
  }

  #shareOf(rules: LockOutRules): LockOutRules {
    return { ...rules, failures: Math.ceil(rules.failures / this.#deps.replicas) }
  }

  /** A clear that fails is repeated at the next reservation of its key. */
  #clearAllOwed(): void {
    for (const key of this.#owedClears) this.#clearOwed(key).catch(() => undefined)
  }

  async #clearOwed(key: string): Promise<void> {
    await this.#deps.shared.clear(key)
    this.#owedClears.delete(key)
  }
}
