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
  /** Nothing of it counts from then on. */
  readonly expiresAtMs: number
}

/** Looking for dead entries is a walk over all of them: so often at most while the memory is full. */
const sweepEveryMs = 1000

/**
 * Attempts in the memory of this process. What still counts is never dropped to make room, locks above all: otherwise
 * whoever fills the memory would get his guesses back.
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

  // No await before the answer: that is what makes it atomic.
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
    // What counts nothing takes no room: an overloaded service takes back as fast as somebody asks.
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
    if (nowMs >= this.#sweptAtMs + sweepEveryMs) {
      this.#sweptAtMs = nowMs
      for (const [key, entry] of this.#entries) if (entry.expiresAtMs <= nowMs) this.#entries.delete(key)
    }
    if (this.#entries.size >= this.#maxEntries) throw new LimiterFull('No attempt more can be counted.')
  }
}
