import { ArchiveChain, idOf, noHead } from '../domain/audit/archive-chain.ts'
import { type ArchiveDraft, type ArchiveFolder, archiveName } from '../domain/audit/archive-folder.ts'
import type { ArchiveRecord, AuditArchiveStore, IdSpan } from '../domain/audit/audit-archive-store.ts'
import { equalDigests, toHex } from '../lib/crypto/digest.ts'
import { lowestUuidAt, timeOfUuid } from '../lib/ids/uuid.ts'
import type { Logger } from '../lib/observation/logger.ts'
import type { Clock } from '../lib/time/clock.ts'
import { dayMs } from '../lib/time/duration.ts'
import { isoDay, startOfUtcDay } from '../lib/time/utc-day.ts'

export interface ArchiveDeps {
  readonly store: AuditArchiveStore
  readonly folder: ArchiveFolder
  /** HMAC key of the digests in the archive. */
  readonly key: Uint8Array
  readonly clock: Clock
  readonly logger: Logger
  /** Maximum number of events in a file; a day with more events has several files. Default: 500 000. */
  readonly maxEventsPerFile?: number
}

/** The events of a written file. */
type WrittenEvents = Pick<ArchiveRecord, 'events' | 'firstId' | 'lastId'>

/** Rows per statement: small, so that its locks and the thread that writes the file block others only briefly. */
const batchSize = 1000
const defaultMaxEventsPerFile = 500_000
/** Attempts to remove rows that other transactions hold. */
const maxRemovalAttempts = 5
const removalPauseMs = 200

/** One run of the archive job. */
export class ArchiveRun {
  readonly #deps: ArchiveDeps
  readonly #signal: AbortSignal | undefined
  archived = 0
  removed = 0

  constructor(deps: ArchiveDeps, signal: AbortSignal | undefined) {
    this.#deps = deps
    this.#signal = signal
  }

  /** Removes the events of files that an earlier run recorded. */
  async finishRemovals(): Promise<void> {
    for (const record of await this.#deps.store.listArchives())
      if (record.removedAt === null && !(await this.#removeEvents(record))) return
  }

  /** Archives and removes the day of the oldest event, or a part of the day. False if a later run must continue. */
  async archivePart(oldest: string): Promise<boolean> {
    const { store, folder, logger } = this.#deps
    const last = await store.findLastArchive()
    // Events that are recorded but not removed would be archived twice.
    if (last !== null && last.removedAt === null) return false
    const day = startOfUtcDay(timeOfUuid(oldest).getTime())
    const part = (await store.countParts(isoDay(day))) + 1
    const draft = await folder.begin(archiveName(isoDay(day), part))
    try {
      const record = await this.#write(draft, day, part, last)
      if (record === null) return false
      await store.recordArchive(record)
      this.archived += record.events
      const { file, events, sequence } = record
      logger.info({ file, events, sequence, head: toHex(record.head) }, 'audit events archived')
      return await this.#removeEvents(record)
    } finally {
      await draft.discard()
    }
  }

  async #write(
    draft: ArchiveDraft,
    day: number,
    part: number,
    last: ArchiveRecord | null,
  ): Promise<ArchiveRecord | null> {
    const { store, key, clock } = this.#deps
    const previousHead = last?.head ?? noHead
    const chain = new ArchiveChain(key, previousHead)
    const ids = await this.#writeEvents(draft, chain, {
      above: lowestUuidAt(new Date(day)),
      below: lowestUuidAt(new Date(day + dayMs)),
    })
    if (this.#signal?.aborted === true || ids === null) return null
    // Another process may have taken over and recorded the same day: its file must not be replaced.
    const latest = await store.findLastArchive()
    if (latest?.sequence !== last?.sequence) return null
    return {
      ...ids,
      sequence: (last?.sequence ?? 0) + 1,
      day: isoDay(day),
      part,
      file: archiveName(isoDay(day), part),
      previousHead,
      head: chain.head,
      digest: await draft.publish(),
      archivedAt: clock.now(),
      removedAt: null,
    }
  }

  async #writeEvents(draft: ArchiveDraft, chain: ArchiveChain, span: IdSpan): Promise<WrittenEvents | null> {
    const { store, maxEventsPerFile = defaultMaxEventsPerFile } = this.#deps
    let firstId: string | null = null
    let lastId = span.above
    let count = 0
    while (this.#signal?.aborted !== true && count < maxEventsPerFile) {
      const limit = Math.min(batchSize, maxEventsPerFile - count)
      const events = await store.listOldest({ above: lastId, below: span.below }, limit)
      const last = events.at(-1)
      if (last === undefined) break
      await draft.write(events.map((event) => chain.append(event)))
      firstId ??= events[0]?.id ?? null
      lastId = last.id
      count += events.length
    }
    return firstId === null ? null : { events: count, firstId, lastId }
  }

  /** Removes the events of a file. False if other transactions hold some of them, or the process is shutting down. */
  async #removeEvents(record: ArchiveRecord): Promise<boolean> {
    const { store, clock, logger } = this.#deps
    const { file } = record
    await this.#assertIntact(record)
    for (let attempt = 0; attempt < maxRemovalAttempts; attempt += 1) {
      const left = await this.#removeOnce(record)
      if (this.#signal?.aborted === true) return false
      if (left === 0) {
        await store.markRemoved(record.sequence, clock.now())
        this.removed += record.events
        return true
      }
      await new Promise((resolve) => setTimeout(resolve, removalPauseMs))
    }
    logger.warn(
      { file },
      'archived audit events are held by other transactions: the next run will remove them',
    )
    return false
  }

  /** @throws if the file is not on the disk as it was recorded */
  async #assertIntact({ file, digest }: ArchiveRecord): Promise<void> {
    const found = await this.#deps.folder.digestOf(file)
    if (found !== null && equalDigests(found, digest)) return
    throw new Error(`${file} is missing or differs from its record: its events are kept in the database`)
  }

  /** Returns the number of events that are left. */
  async #removeOnce({ file, firstId, lastId }: ArchiveRecord): Promise<number> {
    let left = 0
    let ids: string[] = []
    const remove = async () => {
      left += await this.#deps.store.removeArchived(ids)
      ids = []
    }
    for await (const line of this.#deps.folder.read(file)) {
      if (this.#signal?.aborted === true) return left
      const id = idOf(line)
      if (id === null) throw new Error(`${file} contains a line that is not an event`)
      // The file may have been replaced since its digest was compared: it must not name events that it did not contain.
      if (id < firstId || id > lastId) throw new Error(`${file} contains an event outside of its range`)
      if (ids.push(id) === batchSize) await remove()
    }
    if (ids.length > 0) await remove()
    return left
  }
}
