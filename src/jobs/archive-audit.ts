import type { ArchiveFolder } from '../domain/audit/archive-folder.ts'
import { lowestUuidAt } from '../lib/ids/uuid.ts'
import { dayMs } from '../lib/time/duration.ts'
import { startOfUtcDay } from '../lib/time/utc-day.ts'
import { type ArchiveDeps, ArchiveRun } from './archive-run.ts'

export interface ArchiveAuditDeps extends Omit<ArchiveDeps, 'folder'> {
  /** Null: old events stay in the database, with a warning. */
  readonly folder: ArchiveFolder | null
  /** Null: events are kept forever. */
  readonly retentionDays: number | null
}

/** Result of a run: the number of events that were archived and that were removed from the database. */
export interface ArchivedAudit {
  readonly archived: number
  readonly removed: number
}

const notArchived =
  'audit events older than AUDIT_RETENTION_DAYS are kept in the database: neither AUDIT_ARCHIVE_DIR nor AUDIT_ARCHIVE_URL is set, and only archived events are removed'

/**
 * Moves the events of past UTC days into the archive. A file is written and flushed to the disk, then recorded with the
 * head of its chain; only then its events are removed, by the ids in the file. After a crash at any point, the next run
 * continues: it first removes the events of recorded files, and writes unrecorded files again. The day of an event is
 * that of its id.
 */
export function createArchiveAudit(deps: ArchiveAuditDeps) {
  return async function archiveAudit(signal?: AbortSignal): Promise<ArchivedAudit> {
    const { store, folder, retentionDays, clock, logger } = deps
    if (retentionDays === null) return { archived: 0, removed: 0 }
    const firstKeptDay = startOfUtcDay(clock.now().getTime() - retentionDays * dayMs)
    const below = lowestUuidAt(new Date(firstKeptDay))
    if (folder === null) {
      if ((await store.findOldest(below)) !== null) logger.warn({ retentionDays }, notArchived)
      return { archived: 0, removed: 0 }
    }
    await folder.clean()
    const run = new ArchiveRun({ ...deps, folder }, signal)
    await run.finishRemovals()
    let oldest = await store.findOldest(below)
    while (oldest !== null && signal?.aborted !== true && (await run.archivePart(oldest)))
      oldest = await store.findOldest(below)
    return { archived: run.archived, removed: run.removed }
  }
}
