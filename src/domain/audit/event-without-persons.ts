import type { AuditEvent, AuditEventType } from './audit-event.ts'

/** Events about the tenant itself: their details name settings and never a person. */
const tenantTypes: ReadonlySet<AuditEventType> = new Set([
  'TENANT_CREATED',
  'TENANT_CHANGED',
  'TENANT_DEACTIVATED',
  'TENANT_REACTIVATED',
])

/**
 * What another tenant may see of an event: what happened and when. Ids of users, sessions and requests, addresses, devices and texts
 * are left out. Details and the reason stay only in events about the tenant itself.
 */
export function withoutPersons(event: AuditEvent): AuditEvent {
  const { id, tenantId, type, reason, details, createdAt } = event
  const ofTenant = tenantTypes.has(type)
  return {
    id,
    tenantId,
    type,
    createdAt,
    userId: null,
    actorId: null,
    sessionId: null,
    ipAddress: null,
    userAgent: null,
    requestId: null,
    reason: ofTenant ? reason : null,
    details: ofTenant ? details : {},
  }
}
