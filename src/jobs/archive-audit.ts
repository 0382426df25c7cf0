import { ArchiveChain, idOf, noHead } from '../domain/audit/archive-chain.ts'
import { type ArchiveDraft, type ArchiveFolder, archiveName } from '../domain/audit/archive-folder.ts'
import type { ArchiveRecord, AuditArchiveStore, IdSpan } from '../domain/audit/audit-archive-store.ts'
import type { Clock } from '../lib/clock.ts'
import { equalDigests } from '../lib/digest.ts'
import { dayMs } from '../lib/duration.ts'
import type { Logger } from '../lib/logger.ts'
import { lowestUuidAt, timeOfUuid } from '../lib/uuid.ts'

export interface ArchiveAuditDeps {
  readonly store: AuditArchiveStore
  /** Null: what is too old stays, and is warned of. */
  readonly folder: ArchiveFolder | null
  /** Null: nothing is ever too old. */
  readonly retentionDays: number | null
  /** Of the digests in the archive. */
  readonly key: Uint8Array
  readonly clock: Clock
  readonly logger: Logger
  /** Events of one file; a day that has more has several. */
  readonly eventsOfPart?: number
}

/** What a run has done. */
export interface ArchivedAudit {
  readonly archived: number
  readonly removed: number
}

/** What stands in a file. */
type Written = Pick<ArchiveRecord, 'events' | 'firstId' | 'lastId'>

/** Rows of one statement: short enough that nobody waits for its locks, nor for the thread that writes them. */
const batchSize = 1000
const eventsOfPartByDefault = 500_000
/** How often rows that somebody holds are asked for. */
const attempts = 5
const pauseMs = 200
const stays =
  'audit events are older than AUDIT_RETENTION_DAYS and stay: AUDIT_ARCHIVE_DIR is not set, and nothing is removed that is in no archive'

/**
 * Moves the events of past UTC days into the archive: a file is written and on the disk, then recorded with the head of
 * its chain, and only then its events are removed, by the ids that stand in it. Killed anywhere, the next run goes on:
 * what is recorded is removed first, what is not is written anew. A day is that of the ids.
 */
export function createArchiveAudit(deps: ArchiveAuditDeps) {
  const { store, folder, retentionDays } = deps
  return async (signal?: AbortSignal): Promise<ArchivedAudit> => {
    if (retentionDays === null) return { archived: 0, removed: 0 }
    const firstKeptDay = dayOf(deps.clock.now().getTime() - retentionDays * dayMs)
    const below = lowestUuidAt(new Date(firstKeptDay))
    if (folder === null) {
      if ((await store.findOldest(below)) !== null) deps.logger.warn({ retentionDays }, stays)
      return { archived: 0, removed: 0 }
    }
    await folder.clean()
    const run = new ArchiveRun(deps, folder, signal)
    await run.finishRemovals()
    for (
      let oldest = await store.findOldest(below);
      oldest !== null;
      oldest = await store.findOldest(below)
    ) {
      if (signal?.aborted === true || !(await run.archivePart(oldest))) break
    }
    return { archived: run.archived, removed: run.removed }
  }
}

class ArchiveRun {
  readonly #deps: ArchiveAuditDeps
  readonly #folder: ArchiveFolder
  readonly #signal: AbortSignal | undefined
  archived = 0
  removed = 0

  constructor(deps: ArchiveAuditDeps, folder: ArchiveFolder, signal: AbortSignal | undefined) {
    this.#deps = deps
    this.#folder = folder
    this.#signal = signal
  }

  /** Removes what an earlier run has recorded. */
  async finishRemovals(): Promise<void> {
    for (const record of await this.#deps.store.listArchives())
      if (record.removedAt === null && !(await this.#removeEvents(record))) return
  }

  /** Archives and removes the day of the oldest event, or a part of it; false when it is to go on another time. */
  async archivePart(oldest: string): Promise<boolean> {
    const { store, logger } = this.#deps
    const last = await store.findLastArchive()
    // Whatever is recorded and still there would be archived twice.
    if (last !== null && last.removedAt === null) return false
    const day = dayOf(timeOfUuid(oldest).getTime())
    const part = (await store.countParts(isoDay(day))) + 1
    const draft = await this.#folder.begin(archiveName(isoDay(day), part))
    try {
      const record = await this.#write(draft, day, part, last)
      if (record === null) return false
      await store.recordArchive(record)
      this.archived += record.events
      const { file, events, sequence } = record
      logger.info({ file, events, sequence, head: hex(record.head) }, 'audit events were archived')
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
    const previousHead = last?.head ?? noHead
    const chain = new ArchiveChain(this.#deps.key, previousHead)
    const ids = await this.#writeEvents(draft, chain, {
      above: lowestUuidAt(new Date(day)),
      below: lowestUuidAt(new Date(day + dayMs)),
    })
    if (this.#signal?.aborted === true || ids === null) return null
    // Who has taken over meanwhile may have recorded this very day: his file must not be set aside.
    const latest = await this.#deps.store.findLastArchive()
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
      archivedAt: this.#deps.clock.now(),
      removedAt: null,
    }
  }

  async #writeEvents(draft: ArchiveDraft, chain: ArchiveChain, span: IdSpan): Promise<Written | null> {
    const { store, eventsOfPart = eventsOfPartByDefault } = this.#deps
    let firstId: string | null = null
    let lastId = span.above
    let count = 0
    while (this.#signal?.aborted !== true && count < eventsOfPart) {
      const room = Math.min(batchSize, eventsOfPart - count)
      const events = await store.listOldest({ above: lastId, below: span.below }, room)
      const last = events.at(-1)
      if (last === undefined) break
      await draft.write(events.map((event) => chain.append(event)))
      firstId ??= events[0]?.id ?? null
      lastId = last.id
      count += events.length
    }
    return firstId === null ? null : { events: count, firstId, lastId }
  }

  /** Removes the events that a file holds; false when some are held by others, or the process is about to stop. */
  async #removeEvents(record: ArchiveRecord): Promise<boolean> {
    const { store, clock, logger } = this.#deps
    const digest = await this.#folder.digestOf(record.file)
    if (digest === null || !equalDigests(digest, record.digest))
      throw new Error(
        `${record.file} is missing or is not what was recorded: its events stay in the database`,
      )
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const left = await this.#removeOnce(record)
      if (this.#signal?.aborted === true) return false
      if (left === 0) {
        await store.markRemoved(record.sequence, clock.now())
        this.removed += record.events
        return true
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
    logger.warn(
      { file: record.file },
      'archived audit events are held by somebody: they go with the next run',
    )
    return false
  }

  async #removeOnce({ file }: ArchiveRecord): Promise<number> {
    let left = 0
    let ids: string[] = []
    const remove = async () => {
      left += await this.#deps.store.removeArchived(ids)
      ids = []
    }
    for await (const line of this.#folder.read(file)) {
      if (this.#signal?.aborted === true) return left
      const id = idOf(line)
      if (id === null) throw new Error(`${file} holds a line that is no event`)
      if (ids.push(id) === batchSize) await remove()
    }
    if (ids.length > 0) await remove()
    return left
  }
}

/** The beginning of the UTC day of a time. */
function dayOf(ms: number): number {
  return Math.floor(ms / dayMs) * dayMs
}

function isoDay(day: number): string {
  return new Date(day).toISOString().slice(0, 10)
}

function hex(digest: Uint8Array): string {
  return Buffer.from(digest).toString('hex')
}
