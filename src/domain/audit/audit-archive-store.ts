import type { AuditEvent } from './audit-event.ts'

/** The database row about a file of the archive. */
export interface ArchiveRecord {
  /** The position in the chain of all files, counted from 1. */
  readonly sequence: number
  /** The UTC day of the events, such as `2026-01-31`. */
  readonly day: string
  readonly part: number
  readonly file: string
  readonly events: number
  readonly firstId: string
  readonly lastId: string
  /** SHA-256 of the last line of the previous file. */
  readonly previousHead: Uint8Array<ArrayBuffer>
  /** SHA-256 of the last line. */
  readonly head: Uint8Array<ArrayBuffer>
  /** SHA-256 of the file. */
  readonly digest: Uint8Array<ArrayBuffer>
  readonly archivedAt: Date
  /** When the last of the events was removed from the log; null if some are still in the log. */
  readonly removedAt: Date | null
}

/** A range of ids. Both bounds are exclusive. */
export interface IdSpan {
  readonly above: string
  readonly below: string
}

/** The oldest events of the log, and the records of the archive files. */
export interface AuditArchiveStore {
  /** The id of the oldest event below this id; null if there is none. */
  findOldest(below: string): Promise<string | null>
  /** Events of the range, oldest first. */
  listOldest(span: IdSpan, limit: number): Promise<readonly AuditEvent[]>
  /**
   * Removes these events without waiting for row locks. Returns how many are left because another transaction holds
   * them.
   */
  removeArchived(ids: readonly string[]): Promise<number>
  /** All records, in the order of the chain. */
  listArchives(): Promise<readonly ArchiveRecord[]>
  /** The last record of the chain; null if there is none. */
  findLastArchive(): Promise<ArchiveRecord | null>
  /** Number of recorded parts of a day. */
  countParts(day: string): Promise<number>
  /** @throws if the sequence number or the file name is taken: another process is archiving */
  recordArchive(record: ArchiveRecord): Promise<void>
  /** Records that the log contains none of the events of this file any more. */
  markRemoved(sequence: number, now: Date): Promise<void>
}
