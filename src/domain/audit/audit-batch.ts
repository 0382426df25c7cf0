import { errorText } from '../../lib/error-text.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Metrics } from '../../lib/metrics.ts'
import { UnavailableError } from '../refusals.ts'
import type { AuditEvent } from './audit-event.ts'
import type { AuditSink, AuditStore } from './audit-store.ts'

export interface AuditBatchDeps {
  readonly auditStore: Pick<AuditStore, 'appendAll'>
  readonly logger: Logger
  readonly metrics: Metrics
  /** Recognises what the store throws when it cannot be asked right now. */
  isUnavailable(error: unknown): boolean
  /** How long an event waits for others at most; 0: each is written at once. */
  readonly flushMs: number
  /** So many events wait at most. */
  readonly most?: number
}

/** Some 5 MB. */
const defaultMaxEvents = 10_000
const rowsOfStatement = 1000

/**
 * Events that belong to no transaction, gathered and written together: a storm of failures costs one statement in a
 * while. They wait in memory for `flushMs` and while the database is away; beyond the bound whoever has one more waits
 * for room. What must be lost is counted and logged.
 */
export class AuditBatch implements AuditSink {
  readonly #deps: AuditBatchDeps
  readonly #most: number
  #waiting: AuditEvent[] = []
  #timer: NodeJS.Timeout | null = null
  #flushing: Promise<void> | null = null
  #postponed = false

  constructor(deps: AuditBatchDeps) {
    this.#deps = deps
    this.#most = deps.most ?? defaultMaxEvents
  }

  /** Takes an event over. @throws UnavailableError when there is no room for it and the database is away */
  async append(event: AuditEvent): Promise<void> {
    if (this.#deps.flushMs === 0) return this.#deps.auditStore.appendAll([event])
    if (this.#waiting.length >= this.#most) await this.#makeRoom(event)
    this.#waiting.push(event)
    this.#schedule()
  }

  /** Writes what waits. @throws what the store throws while it cannot be asked; everything waits on then */
  flush(): Promise<void> {
    this.#flushing ??= this.#writeAll().finally(() => {
      this.#flushing = null
    })
    return this.#flushing
  }

  /** Writes what waits, for the last time; call it when nothing comes any more. Never rejects. */
  async stop(): Promise<void> {
    this.#unschedule()
    // One that runs may have begun before the latest events came.
    await this.#flushing?.catch(() => undefined)
    await this.flush().catch((error) => this.#lose(this.#waiting.splice(0), error))
    this.#unschedule()
  }

  async #makeRoom(event: AuditEvent): Promise<void> {
    await this.flush().catch(() => undefined)
    if (this.#waiting.length < this.#most) return
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
      const batch = this.#waiting.slice(0, rowsOfStatement)
      await this.#write(batch)
      this.#waiting.splice(0, batch.length)
    }
  }

  /** One event that cannot be stored must not keep the others waiting: halves are tried until it stands alone. */
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
