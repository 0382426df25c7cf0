import type { AuditEvent } from './audit-event.ts'

export interface AuditStore {
  /** Writes one event. Events of a change are written by the store that makes the change, in the same transaction. */
  append(event: AuditEvent): Promise<void>
}
