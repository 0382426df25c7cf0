import type { StorePage } from '../../lib/collections/store-page.ts'
import type { AuditEvent, AuditEventType } from './audit-event.ts'

/** Selects events of one tenant. A criterion of null matches every event. */
export interface AuditFilter {
  readonly tenantId: string
  /** The user whom the events are about. */
  readonly userId: string | null
  /** Matches events of any of these types; not empty. */
  readonly types: readonly AuditEventType[] | null
  /** RFC 5952 text. */
  readonly ipAddress: string | null
  /** The time of the events; both bounds are inclusive. */
  readonly from: Date | null
  readonly to: Date | null
}

/** Port for events that belong to no change, such as failed logins. */
export interface AuditSink {
  /** Writes one event. The event of a change is written by the store that makes the change, in the same transaction. */
  append(event: AuditEvent): Promise<void>
}

export interface AuditStore extends AuditSink {
  /**
   * Writes events in one statement. Idempotent: an event that is already stored is skipped. Personal data of accounts
   * that were deleted in the meantime is left out.
   */
  appendAll(events: readonly AuditEvent[]): Promise<void>
  /**
   * Events about a user, newest first. Refreshes are left out, since there are too many, and so are types that only a
   * newer version knows.
   */
  listHistory(userId: string, page: StorePage): Promise<readonly AuditEvent[]>
  /**
   * Events of a tenant, newest first. Events without a tenant, such as failures of unknown identifiers, belong to the
   * default tenant. Types that only a newer version knows are left out. The time range applies to `createdAt`. With one,
   * events are left out whose id was created more than a minute before or after `createdAt`.
   */
  list(filter: AuditFilter, page: StorePage): Promise<readonly AuditEvent[]>
  /** Whether the tenant has this user, or had them and still has events about them. */
  knowsUser(tenantId: string, userId: string): Promise<boolean>
}
