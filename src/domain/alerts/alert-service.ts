import type { Ids } from '../../lib/ids/ids.ts'
import type { Logger } from '../../lib/observation/logger.ts'
import type { Metrics } from '../../lib/observation/metrics.ts'
import { countOfTenant } from '../../lib/observation/metrics.ts'
import type { JsonObject } from '../../lib/text/json.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { type AlertKind, alertKinds, type GatheredAlerts } from './alert.ts'
import { windowOf } from './alert-policy.ts'
import type { AlertCount, AlertStore } from './alert-store.ts'

export interface AlertServiceDeps {
  /** Null: there are no receivers, and alerts are only logged. */
  readonly store: Pick<AlertStore, 'record'> | null
  readonly windowSeconds: number
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
  readonly metrics: Metrics
}

/** Occurrences of one kind since the last write. */
type GatheredCount = Omit<AlertCount, 'id'>

const maxTextLength = 500
const maxDetailsLength = 2000

/**
 * Gathers alerts in memory: for each kind a count and the details of the first one. Memory stays bounded however long
 * the database is down. The log shows the first alert of a kind immediately, and the others of a window as one line.
 */
export class AlertService implements GatheredAlerts {
  readonly #deps: AlertServiceDeps
  #gathered = new Map<AlertKind, GatheredCount>()
  readonly #logged = new Map<AlertKind, { readonly atMs: number; unlogged: number }>()

  constructor(deps: AlertServiceDeps) {
    this.#deps = deps
  }

  raise(kind: AlertKind, details: JsonObject): void {
    try {
      const { tenantId } = details
      countOfTenant(this.#deps.metrics, 'alerts', kind, typeof tenantId === 'string' ? tenantId : null)
      const kept = storable(details)
      this.#log(kind, kept)
      if (this.#deps.store !== null) this.#gather(this.#gathered, { kind, occurrences: 1, details: kept })
    } catch (error) {
      this.#deps.logger.error({ kind, error }, 'an alert could not be raised')
    }
  }

  async flush(): Promise<void> {
    this.#logAgain()
    const { store, clock, ids, windowSeconds } = this.#deps
    const taken = this.#gathered
    if (store === null || taken.size === 0) return
    this.#gathered = new Map()
    const now = clock.now()
    // New ids for each attempt: an attempt whose response was lost may have stored its ids in an earlier window.
    const counts = [...taken.values()].map((count) => ({ ...count, id: ids.next() }))
    try {
      await store.record(counts, windowOf(now, windowSeconds), now)
    } catch (error) {
      for (const count of this.#gathered.values()) this.#gather(taken, count)
      this.#gathered = taken
      throw error
    }
  }

  #gather(counts: Map<AlertKind, GatheredCount>, added: GatheredCount): void {
    const known = counts.get(added.kind)
    const occurrences = (known?.occurrences ?? 0) + added.occurrences
    counts.set(added.kind, { ...(known ?? added), occurrences })
  }

  #log(kind: AlertKind, details: JsonObject): void {
    const known = this.#logged.get(kind)
    if (known !== undefined) {
      known.unlogged += 1
      return
    }
    this.#logged.set(kind, { atMs: this.#deps.clock.monotonicMs(), unlogged: 0 })
    this.#deps.logger.warn({ kind, details }, `alert: ${alertKinds[kind]}`)
  }

  #logAgain(): void {
    const { clock, windowSeconds, logger } = this.#deps
    const over = clock.monotonicMs() - windowSeconds * 1000
    for (const [kind, { atMs, unlogged }] of this.#logged) {
      if (atMs > over) continue
      this.#logged.delete(kind)
      if (unlogged > 0) logger.warn({ kind, occurrences: unlogged }, `alert repeated: ${alertKinds[kind]}`)
    }
  }
}

/**
 * Details of bounded length, without control characters, which terminals obey, and lone surrogates, which databases
 * refuse.
 */
function storable(details: JsonObject): JsonObject {
  const text = JSON.stringify(details, (_key, value: unknown) =>
    typeof value === 'string' ? value.slice(0, maxTextLength).replace(/[\p{Cc}\p{Cs}]/gu, '\ufffd') : value,
  )
  return text.length > maxDetailsLength ? {} : JSON.parse(text)
}
