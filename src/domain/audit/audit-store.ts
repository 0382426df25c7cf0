import type { AuditEvent } from './audit-event.ts'

/** Keyset page: events after (or before) an id, newest first. */
export interface AuditPage {
  readonly after: string | null
  readonly before: string | null
  readonly limit: number
  /** From which end the limit counts. */
  readonly from: 'newest' | 'oldest'
}

export interface AuditStore {
  /** Writes one event. Events of a change are written by the store that makes the change, in the same transaction. */
  append(event: AuditEvent): Promise<void>
  /**
   * What happened to a user, newest first, without refreshes, of which there are too many, and without kinds of events
   * that only a newer version knows.
   */
  listHistory(userId: string, page: AuditPage): Promise<readonly AuditEvent[]>
}
