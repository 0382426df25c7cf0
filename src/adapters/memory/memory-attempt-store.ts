import {
  type CountedAttempt,
  countedNow,
  judgeAttempt,
  maxComparisonMs,
} from '../../domain/attempts/attempt-policy.ts'
import type {
  Attempt,
  AttemptStore,
  DistinctCount,
  Failure,
  LockOutRules,
  Reservation,
} from '../../domain/attempts/attempt-store.ts'
import { LimiterFull } from '../../domain/rate-limits/rate-limiter.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { MemoryDistinctCounts } from './memory-distinct-counts.ts'

interface Entry {
  readonly attempts: readonly CountedAttempt[]
  readonly lock: { readonly untilMs: number; readonly unlocksAt: Date } | null
  /** When the entry no longer counts. */
  readonly expiresAtMs: number
}

/** Minimum interval between sweeps while memory is full: a sweep visits all entries. */
const sweepIntervalMs = 1000

/**
 * Failed attempts in the memory of this process. An entry that still counts, such as a lock, is never dropped to make
 * room; otherwise an attacker who fills the memory would regain guesses.
 */
export class MemoryAttemptStore implements AttemptStore {
  readonly #clock: Clock
  readonly #maxEntries: number
  readonly #entries = new Map<string, Entry>()
  readonly #distinct: MemoryDistinctCounts
  #sweptAtMs = Number.NEGATIVE_INFINITY

  constructor(deps: { clock: Clock; maxEntries: number }) {
    this.#clock = deps.clock
    this.#maxEntries = deps.maxEntries
    this.#distinct = new MemoryDistinctCounts(deps)
  }

  // There is no await in these methods, which makes them atomic.
  async reserve({ key, attempt }: Attempt, rules: LockOutRules): Promise<Reservation> {
    const nowMs = this.#clock.monotonicMs()
    const locked = this.#findLock(key, nowMs)
    if (locked !== null) return { kind: 'LOCKED', unlocksAt: locked }
    const counted = this.#countedNow(key, nowMs, rules)
    const { kind, failures, retryAfterMs } = judgeAttempt(counted, nowMs, rules)
    if (kind === 'LOCKED') return { kind, unlocksAt: this.#lock(key, nowMs, rules) }
    if (kind === 'DELAYED') return { kind, failures, retryAfterMs }
    if (kind === 'BUSY') return { kind }
    this.#remember(key, [...counted, { attempt, atMs: nowMs, comparing: true }], nowMs, rules)
    return { kind, failures }
  }

  async fail({ key, attempt }: Attempt, rules: LockOutRules): Promise<Failure> {
    const nowMs = this.#clock.monotonicMs()
    const locked = this.#findLock(key, nowMs)
    if (locked !== null) return { failures: 0, unlocksAt: locked, began: false }
    const counted = this.#countedNow(key, nowMs, rules)
    const known = counted.find((one) => one.attempt === attempt && !one.comparing)
    const others = counted.filter((one) => one.attempt !== attempt)
    const all = [...others, known ?? { attempt, atMs: nowMs, comparing: false }]
    const failures = all.filter(({ comparing }) => !comparing).length
    if (failures >= rules.failures) {
      return { failures, unlocksAt: this.#lock(key, nowMs, rules), began: true }
    }
    this.#remember(key, all, nowMs, rules)
    return { failures, unlocksAt: null, began: false }
  }

  async release({ key, attempt }: Attempt): Promise<void> {
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.lock !== null) return
    const attempts = entry.attempts.filter((one) => one.attempt !== attempt)
    // An entry without attempts is deleted: an overloaded service releases reservations as fast as calls arrive.
    if (attempts.length === 0) this.#entries.delete(key)
    else this.#entries.set(key, { ...entry, attempts })
  }

  async clear(key: string): Promise<void> {
    this.#entries.delete(key)
  }

  async countDistinct(key: string, member: string): Promise<DistinctCount> {
    return this.#distinct.add(key, member)
  }

  async peekDistinct(key: string): Promise<number> {
    return this.#distinct.peek(key)
  }

  #findLock(key: string, nowMs: number): Date | null {
    const lock = this.#entries.get(key)?.lock ?? null
    return lock !== null && lock.untilMs > nowMs ? lock.unlocksAt : null
  }

  /** @throws LimiterFull if the key is new and there is no room for it */
  #countedNow(key: string, nowMs: number, rules: LockOutRules): readonly CountedAttempt[] {
    const entry = this.#entries.get(key)
    if (entry === undefined) this.#makeRoom(nowMs)
    return countedNow(entry?.attempts ?? [], nowMs, rules)
  }

  #lock(key: string, nowMs: number, rules: LockOutRules): Date {
    const lockMs = rules.lockSeconds * 1000
    const unlocksAt = new Date(this.#clock.now().getTime() + lockMs)
    const untilMs = nowMs + lockMs
    this.#entries.set(key, { attempts: [], lock: { untilMs, unlocksAt }, expiresAtMs: untilMs })
    return unlocksAt
  }

  #remember(key: string, attempts: readonly CountedAttempt[], nowMs: number, rules: LockOutRules): void {
    const expiresAtMs = nowMs + Math.max(rules.windowSeconds * 1000, maxComparisonMs)
    this.#entries.set(key, { attempts, lock: null, expiresAtMs })
  }

  /** @throws LimiterFull */
  #makeRoom(nowMs: number): void {
    if (this.#entries.size < this.#maxEntries) return
    if (nowMs >= this.#sweptAtMs + sweepIntervalMs) {
      this.#sweptAtMs = nowMs
      for (const [key, entry] of this.#entries) if (entry.expiresAtMs <= nowMs) this.#entries.delete(key)
    }
    if (this.#entries.size >= this.#maxEntries)
      throw new LimiterFull(`All ${this.#maxEntries} entries for failed attempts are in use.`)
  }
}
