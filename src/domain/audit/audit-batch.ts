import type { Logger } from '../../lib/observation/logger.ts'
import type { Metrics } from '../../lib/observation/metrics.ts'
import { errorText } from '../../lib/text/error-text.ts'
import { UnavailableError } from '../refusals.ts'
import type { AuditEvent } from './audit-event.ts'
import type { AuditSink, AuditStore } from './audit-store.ts'

export interface AuditBatchDeps {
  readonly auditStore: Pick<AuditStore, 'appendAll'>
  readonly logger: Logger
  readonly metrics: Metrics
  /** Whether an error of the store means that the database is unavailable now. */
  isUnavailable(error: unknown): boolean
  /** Maximum time that an event waits for others; 0 writes each event immediately. */
  readonly flushMs: number
  /** Maximum number of waiting events. */
  readonly maxEvents?: number
}

/** About 5 MB. */
const defaultMaxEvents = 10_000
const maxRowsPerStatement = 1000

/**
 * Gathers events that belong to no transaction and writes them together, so that many failures cost few statements.
 * Events wait in memory for `flushMs`, and while the database is down. At the maximum number of events, callers wait
 * for room. Lost events are counted and logged.
 */
export class AuditBatch implements AuditSink {
  readonly #deps: AuditBatchDeps
  readonly #maxEvents: number
  #waiting: AuditEvent[] = []
  #timer: NodeJS.Timeout | null = null
  #flushing: Promise<void> | null = null
  #postponed = false

  constructor(deps: AuditBatchDeps) {
    this.#deps = deps
    this.#maxEvents = deps.maxEvents ?? defaultMaxEvents
  }

  /** Accepts an event. @throws UnavailableError if there is no room for it and the database is down */
  async append(event: AuditEvent): Promise<void> {
    if (this.#deps.flushMs === 0) return this.#deps.auditStore.appendAll([event])
    if (this.#waiting.length >= this.#maxEvents) await this.#makeRoom(event)
    this.#waiting.push(event)
    this.#schedule()
  }

  /** Writes the waiting events. @throws the error of the store if it is unavailable; the events keep waiting */
  flush(): Promise<void> {
    this.#flushing ??= this.#writeAll().finally(() => {
      this.#flushing = null
    })
    return this.#flushing
  }

  /** Writes the waiting events for the last time. Call it after the last `append`. Never rejects. */
  async stop(): Promise<void> {
    this.#unschedule()
    // A flush that is running may have started before the latest events were added.
    await this.#flushing?.catch(() => undefined)
    await this.flush().catch((error) => this.#lose(this.#waiting.splice(0), error))
    this.#unschedule()
  }

  async #makeRoom(event: AuditEvent): Promise<void> {
    await this.flush().catch(() => undefined)
    if (this.#waiting.length < this.#maxEvents) return
    const error = new UnavailableError()
    this.#lose([event], error)
    throw error
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      void this.#flushOnTime()
    }, this.#deps.flushMs).unref()
  }

  #unschedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  async #flushOnTime(): Promise<void> {
    try {
      await this.flush()
      this.#postponed = false
    } catch (error) {
      if (!this.#postponed) {
        const waiting = this.#waiting.length
        this.#deps.logger.warn({ waiting, error: errorText(error) }, 'audit events wait for the database')
      }
      this.#postponed = true
      this.#schedule()
    }
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, maxRowsPerStatement)
      await this.#write(batch)
      this.#waiting.splice(0, batch.length)
    }
  }

  /**
   * Halves a batch that fails, until the event that cannot be stored is alone, so that it does not block the others.
   */
  async #write(batch: readonly AuditEvent[]): Promise<void> {
    try {
      await this.#deps.auditStore.appendAll(batch)
    } catch (error) {
      if (this.#deps.isUnavailable(error)) throw error
      if (batch.length === 1) return this.#lose(batch, error)
      const half = Math.ceil(batch.length / 2)
      await this.#write(batch.slice(0, half))
      await this.#write(batch.slice(half))
    }
  }

  #lose(events: readonly AuditEvent[], error: unknown): void {
    for (const { type } of events) this.#deps.metrics.count('audit_lost', type)
    if (events.length === 0) return
    const ids = events.slice(0, 10).map(({ id }) => id)
    this.#deps.logger.error({ events: events.length, ids, error: errorText(error) }, 'audit events are lost')
  }
}
