import { counterKey } from '../../lib/crypto/digest.ts'
import { clientNetwork } from '../../lib/network/client-network.ts'
import type { Logger } from '../../lib/observation/logger.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { dayMs, hourSeconds } from '../../lib/time/duration.ts'
import type { Alerts } from '../alerts/alert.ts'

const slotMs = 15_000
/** One minute and the slot that has just begun: a refusal counts for 60 to 75 seconds. */
const slots = 5
const maxBlockSeconds = hourSeconds
/** An entry takes about 200 bytes. */
const maxEntries = 10_000
/** Maximum number of the oldest entries that are examined for one that can be evicted. */
const maxCandidates = 8

/** When an address is blocked. */
export interface FloodRules {
  /** Number of refused calls within a minute that block an address. */
  readonly refusals: number
  /** Duration of the first block; each further block within a day lasts twice as long, up to an hour. */
  readonly blockSeconds: number
}

export interface FloodGuardDeps extends FloodRules {
  /** Key of the HMAC under which addresses are stored. */
  readonly key: Uint8Array
  readonly clock: Clock
  readonly logger: Logger
  readonly alerts: Alerts
}

interface Entry {
  /** Number of refused calls in each slot, as a ring. */
  readonly refused: number[]
  slot: number
  blockedUntilMs: number
  /** Number of consecutive blocks, each within a day after the end of the one before. */
  blocks: number
}

/**
 * Blocks addresses whose calls are refused too often, in the memory of this process. Each /64 of IPv6 counts as one
 * address. Refusals during a block do not count; counting starts from zero when the block ends. The number of entries
 * is bounded: if it is exceeded, an old entry is evicted, preferably one that is not blocked.
 */
export class FloodGuard {
  readonly #deps: FloodGuardDeps
  readonly #entries = new Map<string, Entry>()
  #lastBlockEndsAtMs = Number.NEGATIVE_INFINITY

  constructor(deps: FloodGuardDeps) {
    this.#deps = deps
  }

  /** Seconds until the block of an address ends, rounded up; 0 if it is not blocked. */
  blockedSeconds(address: string): number {
    const now = this.#deps.clock.monotonicMs()
    if (now >= this.#lastBlockEndsAtMs) return 0
    const entry = this.#entries.get(this.#keyOf(address))
    return entry === undefined || now >= entry.blockedUntilMs
      ? 0
      : Math.ceil((entry.blockedUntilMs - now) / 1000)
  }

  /** Counts the refused calls of one request from this address. */
  noteRefusals(address: string, count: number): void {
    const now = this.#deps.clock.monotonicMs()
    const entry = this.#entryOf(this.#keyOf(address))
    if (now < entry.blockedUntilMs) return
    const slot = Math.floor(now / slotMs)
    for (let past = Math.max(entry.slot + 1, slot - slots + 1); past <= slot; past += 1)
      entry.refused[past % slots] = 0
    entry.slot = slot
    entry.refused[slot % slots] = (entry.refused[slot % slots] ?? 0) + count
    const recent = entry.refused.reduce((sum, refused) => sum + refused, 0)
    if (recent >= this.#deps.refusals) this.#block(address, entry, now)
  }

  #block(address: string, entry: Entry, now: number): void {
    entry.blocks = now - entry.blockedUntilMs < dayMs ? entry.blocks + 1 : 1
    entry.refused.fill(0)
    const seconds = Math.min(maxBlockSeconds, this.#deps.blockSeconds * 2 ** (entry.blocks - 1))
    entry.blockedUntilMs = now + seconds * 1000
    this.#lastBlockEndsAtMs = Math.max(this.#lastBlockEndsAtMs, entry.blockedUntilMs)
    const details = { address: clientNetwork(address), seconds, blocks: entry.blocks }
    this.#deps.logger.warn(details, 'an address was blocked: too many of its calls were refused')
    this.#deps.alerts.raise('FLOOD_BLOCKED', details)
  }

  #entryOf(key: string): Entry {
    const known = this.#entries.get(key)
    if (known !== undefined) return known
    if (this.#entries.size >= maxEntries) this.#makeRoom()
    const entry = {
      refused: new Array<number>(slots).fill(0),
      slot: 0,
      blockedUntilMs: Number.NEGATIVE_INFINITY,
      blocks: 0,
    }
    this.#entries.set(key, entry)
    return entry
  }

  #makeRoom(): void {
    const now = this.#deps.clock.monotonicMs()
    let oldest: string | null = null
    let examined = 0
    for (const [key, { blockedUntilMs }] of this.#entries) {
      oldest ??= key
      examined += 1
      if (blockedUntilMs <= now || examined === maxCandidates) {
        this.#entries.delete(blockedUntilMs <= now ? key : oldest)
        return
      }
    }
  }

  #keyOf(address: string): string {
    return counterKey(this.#deps.key, 'flood', clientNetwork(address))
  }
}
