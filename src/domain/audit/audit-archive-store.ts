import type { AuditEvent } from './audit-event.ts'

/** What is known of a file of the archive besides the file. */
export interface ArchiveRecord {
  /** Its place in the chain of all files, from 1 on. */
  readonly sequence: number
  /** The UTC day of its events, as 2026-01-31. */
  readonly day: string
  readonly part: number
  readonly file: string
  readonly events: number
  readonly firstId: string
  readonly lastId: string
  /** SHA-256 of the last line of the file before. */
  readonly previousHead: Uint8Array<ArrayBuffer>
  /** SHA-256 of its last line. */
  readonly head: Uint8Array<ArrayBuffer>
  /** SHA-256 of the file. */
  readonly digest: Uint8Array<ArrayBuffer>
  readonly archivedAt: Date
  /** When the last of its events had left the log; null: not yet. */
  readonly removedAt: Date | null
}

/** A span of ids: the lower bound does not belong to it where it is an event's own, the upper one never does. */
export interface IdSpan {
  readonly above: string
  readonly below: string
}

/** The log from its old end, and what has become of it. */
export interface AuditArchiveStore {
  /** The id of the oldest event that is below this id; null when there is none. */
  findOldest(below: string): Promise<string | null>
  /** Events within the span, oldest first. */
  listOldest(span: IdSpan, limit: number): Promise<readonly AuditEvent[]>
  /** Removes these events; answers how many are left because somebody holds them. Waits for nobody. */
  removeArchived(ids: readonly string[]): Promise<number>
  /** All files, in the order of the chain. */
  listArchives(): Promise<readonly ArchiveRecord[]>
  /** The last file of the chain; null when there is none. */
  findLastArchive(): Promise<ArchiveRecord | null>
  /** How many parts of a day there are. */
  countParts(day: string): Promise<number>
  /** @throws when its place or its name is taken: somebody else is at work */
  recordArchive(record: ArchiveRecord): Promise<void>
  /** Notes that no event of it is in the log any more. */
  markRemoved(sequence: number, now: Date): Promise<void>
}
