import type { Budget, ChargedName } from '../../domain/rate-limits/limits.ts'
import {
  type Charge,
  LimiterFull,
  type LimitVerdict,
  type RateLimiter,
} from '../../domain/rate-limits/rate-limiter.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { daySeconds } from '../../lib/time/duration.ts'
import { CounterTable, type Fingerprint } from './counter-table.ts'
import { WindowLogs } from './window-logs.ts'

export interface MemoryRateLimiterDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>
  /**
   * Maximum number of counters, for all budgets together. 147 bytes are reserved for each; the operating system provides
   * the memory when a counter is first used.
   */
  readonly maxCounters: number
}

/** The counters of one budget. Budgets with the same name and different sizes count separately. */
interface Group {
  readonly id: number
  readonly name: ChargedName
  readonly size: number
  readonly max: number
  readonly windowMs: number
}

/** Times are compared modulo 2^32 ms. After a pause of this length every counter has expired, so all are dropped. */
const maxPauseMs = 2 ** 30
/** Maximum length of a short window. Counters of longer windows can fill the memory with few calls. */
const maxShortWindowMs = 60_000
/** Maximum number of expired counters that a counted call releases: of its own budget, and of one other. */
const sweptPerCall = 2
/** The table numbers groups with 16 bits. API keys and tenants have budgets of any size. */
const maxGroups = 2 ** 16

/**
 * Sliding windows in the memory of this process. WindowLogs describes the algorithm and its accuracy. A counter in use is
 * never dropped for a new one; otherwise a caller with many addresses could evict their own counter. Half of the counters
 * are reserved for windows of up to one minute, such as those of logins; otherwise a patient caller could fill all of them
 * with counters that last an hour.
 */
export class MemoryRateLimiter implements RateLimiter {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #maxCounters: number
  #table: CounterTable
  readonly #logs: WindowLogs
  readonly #groups: Group[] = []
  readonly #groupsByName = new Map<ChargedName, Map<number, Group>>()
  /** Number of counters of long windows in use. */
  #longCounters = 0
  #latestMs: number
  #sweptGroup = 0

  constructor({ clock, maxCounters }: MemoryRateLimiterDeps) {
    this.#clock = clock
    this.#maxCounters = maxCounters
    this.#table = new CounterTable(maxCounters)
    this.#logs = new WindowLogs(maxCounters)
    this.#latestMs = clock.monotonicMs()
  }

  /** Number of counters in use. */
  get size(): number {
    return this.#table.size
  }

  async consume({ name, budget, key }: Charge): Promise<LimitVerdict> {
    const atMs = this.#readClock()
    const nowMs = Math.floor(atMs)
    const group = this.#groupOf(name, budget)
    const fingerprint = fingerprintOf(group.id, key)
    const found = this.#table.find(group.id, fingerprint)
    const calls = found === null ? 0 : this.#logs.expire(found, nowMs, group.windowMs)
    if (found !== null && calls >= group.max) return this.#verdict(false, found, 0, nowMs, group)
    this.#sweep(group, nowMs)
    // The sweep may have released a counter that has just expired.
    const counter = (calls > 0 ? found : null) ?? this.#open(group, fingerprint, nowMs)
    // Rounded up, so that no call leaves the window too early.
    this.#logs.add(counter, Math.ceil(atMs), group.windowMs)
    this.#table.touch(counter)
    return this.#verdict(true, counter, group.max - calls - 1, nowMs, group)
  }

  async refund({ name, budget, key }: Charge): Promise<void> {
    const nowMs = Math.floor(this.#readClock())
    const group = this.#groupOf(name, budget)
    const counter = this.#table.find(group.id, fingerprintOf(group.id, key))
    if (counter === null) return
    const calls = this.#logs.expire(counter, nowMs, group.windowMs)
    if (calls === 0 || !this.#logs.removeLatest(counter, group.windowMs)) this.#release(group, counter)
  }

  refusalOf({ name, budget, key }: Charge): LimitVerdict | null {
    const group = this.#knownGroup(name, budget)
    if (group === null) return null
    const nowMs = Math.floor(this.#readClock())
    const counter = this.#table.find(group.id, fingerprintOf(group.id, key))
    if (counter === null || this.#logs.expire(counter, nowMs, group.windowMs) < group.max) return null
    return this.#verdict(false, counter, 0, nowMs, group)
  }

  #verdict(admitted: boolean, counter: number, remaining: number, nowMs: number, group: Group): LimitVerdict {
    const { windowMs } = group
    const retryAfterMs = remaining > 0 ? 0 : this.#logs.firstLeavesInMs(counter, nowMs, windowMs)
    return {
      admitted,
      remaining,
      retryAfterMs,
      resetAfterMs: this.#logs.lastLeavesInMs(counter, nowMs, windowMs),
    }
  }

  #open(group: Group, fingerprint: Fingerprint, nowMs: number): number {
    const known = this.#table.find(group.id, fingerprint)
    if (known !== null) return known
    const counter = this.#claim(group, fingerprint, nowMs)
    this.#logs.clear(counter)
    return counter
  }

  #claim(group: Group, fingerprint: Fingerprint, nowMs: number): number {
    const counter = this.#claimFree(group, fingerprint)
    if (counter !== null) return counter
    for (const other of this.#groups) this.#sweepGroup(other, nowMs)
    const freed = this.#claimFree(group, fingerprint)
    if (freed === null) throw new LimiterFull(`All ${this.#maxCounters} counters for rate limits are in use.`)
    return freed
  }

  #claimFree(group: Group, fingerprint: Fingerprint): number | null {
    if (isLong(group) && this.#longCounters >= this.#maxCounters / 2) return null
    const counter = this.#table.claim(group.id, fingerprint)
    if (counter !== null && isLong(group)) this.#longCounters += 1
    return counter
  }

  #release(group: Group, counter: number): void {
    this.#table.release(counter)
    if (isLong(group)) this.#longCounters -= 1
  }

  #sweep(group: Group, nowMs: number): void {
    this.#sweepGroup(group, nowMs)
    const other = this.#groups[this.#sweptGroup]
    if (other !== undefined && this.#sweepGroup(other, nowMs)) return
    this.#sweptGroup = (this.#sweptGroup + 1) % this.#groups.length
  }

  /** Returns whether the group may have more expired counters. */
  #sweepGroup(group: Group, nowMs: number): boolean {
    for (let swept = 0; swept < sweptPerCall; swept += 1) {
      const oldest = this.#table.oldestOf(group.id)
      if (oldest === null || this.#logs.lastLeavesInMs(oldest, nowMs, group.windowMs) > 0) return false
      this.#release(group, oldest)
    }
    return true
  }

  #readClock(): number {
    const atMs = this.#clock.monotonicMs()
    if (atMs - this.#latestMs > maxPauseMs) {
      this.#table = new CounterTable(this.#maxCounters)
      this.#longCounters = 0
    }
    this.#latestMs = atMs
    return atMs
  }

  #knownGroup(name: ChargedName, budget: Budget): Group | null {
    return this.#groupsByName.get(name)?.get(sizeOf(budget)) ?? null
  }

  #groupOf(name: ChargedName, budget: Budget): Group {
    const found = this.#knownGroup(name, budget)
    if (found !== null) return found
    const { max, windowSeconds } = budget
    const size = sizeOf(budget)
    const group = { id: this.#freeGroup(), name, size, max, windowMs: windowSeconds * 1000 }
    this.#groups[group.id] = group
    const known = this.#groupsByName.get(name)
    if (known === undefined) this.#groupsByName.set(name, new Map([[size, group]]))
    else known.set(size, group)
    return group
  }

  /** The number of a new group, or of one without counters. @throws LimiterFull if there is none */
  #freeGroup(): number {
    if (this.#groups.length < maxGroups) return this.#groups.length
    const nowMs = Math.floor(this.#latestMs)
    for (const group of this.#groups) this.#sweepGroup(group, nowMs)
    const unused = this.#groups.find(({ id }) => this.#table.sizeOf(id) === 0)
    if (unused === undefined) throw new LimiterFull(`All ${maxGroups} budgets of different sizes are in use.`)
    this.#groupsByName.get(unused.name)?.delete(unused.size)
    return unused.id
  }
}

/** A number that differs for different budgets. */
function sizeOf({ max, windowSeconds }: Budget): number {
  return max * (daySeconds + 1) + windowSeconds
}

function isLong({ windowMs }: Group): boolean {
  return windowMs > maxShortWindowMs
}

/** Reduces a key to 64 bits. The key is an HMAC, so its bits are evenly distributed already. */
function fingerprintOf(group: number, key: string): Fingerprint {
  let high = Math.imul(group + 1, 0x9e37_79b1)
  let low = Math.imul(group + 1, 0x85eb_ca77)
  for (let place = 0; place < key.length; place += 1) {
    const code = key.charCodeAt(place)
    high = Math.imul(high ^ code, 0x0100_0193)
    low = Math.imul(low ^ code, 0x5bd1_e995) ^ (low >>> 15)
  }
  return { high: spread(high), low: spread(low) }
}

function spread(bits: number): number {
  const mixed = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b)
  return (mixed ^ (mixed >>> 13)) >>> 0
}
