import { judgeAttempt, withoutLatest } from '../../domain/attempts/attempt-policy.ts'
import type {
  AttemptStore,
  DistinctCount,
  LockOutRules,
  Reservation,
} from '../../domain/attempts/attempt-store.ts'
import { LimiterFull } from '../../domain/rate-limits/rate-limiter.ts'
import type { Clock } from '../../lib/clock.ts'
import { MemoryDistinctCounts } from './memory-distinct-counts.ts'

interface Entry {
  readonly failedAtMs: readonly number[]
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

  // There is no await in this method, which makes it atomic.
  async reserve(key: string, rules: LockOutRules): Promise<Reservation> {
    const nowMs = this.#clock.monotonicMs()
    const entry = this.#entries.get(key)
    if (entry?.lock && entry.lock.untilMs > nowMs) {
      return { kind: 'LOCKED', unlocksAt: entry.lock.unlocksAt }
    }
    if (entry === undefined) this.#makeRoom(nowMs)
    const judged = judgeAttempt(entry?.failedAtMs ?? [], nowMs, rules)
    const { kind, failures, retryAfterMs } = judged
    const unlocksAt = judged.locks
      ? this.#lock(key, nowMs, rules.lockSeconds * 1000)
      : this.#remember(key, judged.failedAtMs, nowMs + rules.windowSeconds * 1000)
    return kind === 'ADMITTED' ? { kind, failures, unlocksAt } : { kind, failures, retryAfterMs, unlocksAt }
  }

  async release(key: string, rules: LockOutRules): Promise<void> {
    const nowMs = this.#clock.monotonicMs()
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.expiresAtMs <= nowMs) return
    const left = withoutLatest({ failedAtMs: entry.failedAtMs, locked: entry.lock !== null }, nowMs, rules)
    // An entry without failures is deleted: an overloaded service releases reservations as fast as calls arrive.
    if (left.length === 0) this.#entries.delete(key)
    else this.#remember(key, left, nowMs + rules.windowSeconds * 1000)
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

  #lock(key: string, nowMs: number, lockMs: number): Date {
    const unlocksAt = new Date(this.#clock.now().getTime() + lockMs)
    const untilMs = nowMs + lockMs
    this.#entries.set(key, { failedAtMs: [], lock: { untilMs, unlocksAt }, expiresAtMs: untilMs })
    return unlocksAt
  }

  #remember(key: string, failedAtMs: readonly number[], expiresAtMs: number): null {
    this.#entries.set(key, { failedAtMs, lock: null, expiresAtMs })
    return null
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
