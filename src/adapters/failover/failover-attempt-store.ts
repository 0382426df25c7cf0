import type {
  Attempt,
  AttemptStore,
  DistinctCount,
  Failure,
  LockOutRules,
  Reservation,
} from '../../domain/attempts/attempt-store.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { Failover, type FailoverDeps } from './failover.ts'
import { LearntLocks } from './learnt-locks.ts'
import { OwedChanges } from './owed-changes.ts'

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

/**
 * Counts in Redis, which alone decides while it responds; otherwise in this process, which admits its share of the
 * failures, rounded up, and applies the locks that it has learnt from Redis. The counts of an outage are kept for the
 * next one, so that an unstable Redis grants no additional guesses. What ends during an outage is taken back in Redis
 * after it: a right password clears its key, and the reservation of a wrong one, which this process has counted, is
 * released. Otherwise it would keep other attempts waiting.
 */
export class FailoverAttemptStore implements AttemptStore {
  readonly #deps: FailoverAttemptStoreDeps
  readonly #failover: Failover
  readonly #locks: LearntLocks
  readonly #owed = new OwedChanges()

  constructor(deps: FailoverAttemptStoreDeps) {
    this.#deps = deps
    this.#failover = new Failover({
      subject: 'attempts',
      port: 'attempts',
      clock: deps.breakerClock,
      logger: deps.logger,
      metrics: deps.metrics,
      onRecovered: () => this.#owed.settleAll(deps.shared),
    })
    this.#locks = new LearntLocks({ clock: deps.clock, maxLocks: deps.maxLocks })
  }

  async reserve(attempt: Attempt, rules: LockOutRules): Promise<Reservation> {
    const { key } = attempt
    let sent = false
    return this.#either(
      async (shared) => {
        await this.#owed.settle(key, shared)
        sent = true
        const reservation = await shared.reserve(attempt, rules)
        this.#locks.learn(key, reservation.kind === 'LOCKED' ? reservation.unlocksAt : null)
        return reservation
      },
      async (own) => {
        const reservation = await this.#reserveOwn(own, attempt, rules)
        // Redis may hold a reservation whose reply was lost. It is released later, because a refused attempt has no result.
        if (sent && reservation.kind !== 'ADMITTED') this.#owed.release(attempt)
        return reservation
      },
    )
  }

  async #reserveOwn(own: AttemptStore, attempt: Attempt, rules: LockOutRules): Promise<Reservation> {
    const unlocksAt = this.#locks.find(attempt.key)
    if (unlocksAt !== null) return { kind: 'LOCKED', unlocksAt }
    return own.reserve(attempt, this.#shareOf(rules))
  }

  async fail(attempt: Attempt, rules: LockOutRules): Promise<Failure> {
    return this.#either(
      async (shared) => {
        const failure = await shared.fail(attempt, rules)
        this.#locks.learn(attempt.key, failure.unlocksAt)
        await this.#deps.own.release(attempt)
        return failure
      },
      (own) => {
        this.#owed.release(attempt)
        return own.fail(attempt, this.#shareOf(rules))
      },
    )
  }

  async release(attempt: Attempt): Promise<void> {
    await this.#deps.own.release(attempt)
    await this.#either(
      (shared) => shared.release(attempt),
      async () => this.#owed.release(attempt),
    )
  }

  async clear(key: string): Promise<void> {
    this.#locks.learn(key, null)
    await this.#deps.own.clear(key)
    await this.#either(
      (shared) => shared.clear(key),
      async () => this.#owed.clear(key),
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
}
