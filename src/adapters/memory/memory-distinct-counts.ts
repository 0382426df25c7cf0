import { type DistinctCount, distinctWindowMs } from '../../domain/attempts/attempt-store.ts'
import type { Clock } from '../../lib/time/clock.ts'

interface Members {
  readonly seen: Set<string>
  readonly endsAtMs: number
}

/** Maximum number of members that are counted per key; the thresholds are far below. */
const maxMembersPerCounter = 100

/** Counts distinct members by key. If memory is full, the oldest keys are dropped: only warnings depend on these counts. */
export class MemoryDistinctCounts {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #maxMembers: number
  readonly #keys = new Map<string, Members>()
  #total = 0

  constructor(deps: { clock: Pick<Clock, 'monotonicMs'>; maxEntries: number }) {
    this.#clock = deps.clock
    this.#maxMembers = deps.maxEntries
  }

  add(key: string, member: string): DistinctCount {
    const { seen } = this.#live(key) ?? this.#begin(key)
    if (seen.has(member) || seen.size >= maxMembersPerCounter) return { count: seen.size, added: false }
    seen.add(member)
    this.#total += 1
    for (const oldest of this.#keys.keys()) {
      if (this.#total <= this.#maxMembers || oldest === key) break
      this.#forget(oldest)
    }
    return { count: seen.size, added: true }
  }

  peek(key: string): number {
    return this.#live(key)?.seen.size ?? 0
  }

  #live(key: string): Members | null {
    const members = this.#keys.get(key)
    if (members === undefined || members.endsAtMs > this.#clock.monotonicMs()) return members ?? null
    this.#forget(key)
    return null
  }

  #begin(key: string): Members {
    const members = { seen: new Set<string>(), endsAtMs: this.#clock.monotonicMs() + distinctWindowMs }
    this.#keys.set(key, members)
    return members
  }

  #forget(key: string): void {
    this.#total -= this.#keys.get(key)?.seen.size ?? 0
    this.#keys.delete(key)
  }
}
