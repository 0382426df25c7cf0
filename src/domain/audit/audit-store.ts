import type { AuditEvent, AuditEventType } from './audit-event.ts'

/** Keyset page: events after (or before) an id, newest first. */
export interface AuditPage {
  readonly after: string | null
  readonly before: string | null
  readonly limit: number
  /** From which end the limit counts. */
  readonly from: 'newest' | 'oldest'
}

/** Which events of a tenant are wanted; null where it does not matter. */
export interface AuditFilter {
  readonly tenantId: string
  /** Whom they are about. */
  readonly userId: string | null
  /** One of these, at least one. */
  readonly types: readonly AuditEventType[] | null
  /** RFC 5952 text. */
  readonly ipAddress: string | null
  /** When they happened: both bounds belong to it. */
  readonly from: Date | null
  readonly to: Date | null
}

/** Takes events. */
export interface AuditSink {
  /** Writes one event. Events of a change are written by the store that makes the change, in the same transaction. */
  append(event: AuditEvent): Promise<void>
}

export interface AuditStore extends AuditSink {
  /**
   * Writes events in one statement, each once however often it comes; without what is personal about accounts that have
   * been deleted meanwhile.
   */
  appendAll(events: readonly AuditEvent[]): Promise<void>
  /**
   * What happened to a user, newest first, without refreshes, of which there are too many, and without kinds of events
   * that only a newer version knows.
   */
  listHistory(userId: string, page: AuditPage): Promise<readonly AuditEvent[]>
  /**
   * Events of a tenant, newest first; one more than the limit tells that there are more. Those of no tenant, such as
   * failures of identifiers that nobody has, belong to the default tenant. Kinds that only a newer version knows are
   * left out. Time is found by the ids, whose own may be a minute off `createdAt`.
   */
  list(filter: AuditFilter, page: AuditPage): Promise<readonly AuditEvent[]>
  /** Whether the tenant has such a user, or had one and still has events of him. */
  knowsUser(tenantId: string, userId: string): Promise<boolean>
}
