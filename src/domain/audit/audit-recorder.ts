import type { Ids } from '../../lib/ids/ids.ts'
import type { Clock } from '../../lib/time/clock.ts'
import type { Origin } from '../origin/origin.ts'
import type { AuditEvent, AuditEventType } from './audit-event.ts'

type Subject = Partial<
  Pick<AuditEvent, 'tenantId' | 'userId' | 'actorId' | 'sessionId' | 'reason' | 'details'>
>

/** Creates audit events. The store that makes a change writes its event in the same statement or transaction. */
export interface AuditRecorder {
  event(type: AuditEventType, origin: Origin, subject: Subject): AuditEvent
}

export function createAuditRecorder(deps: { clock: Clock; ids: Ids }): AuditRecorder {
  return {
    event: (type, origin, subject) => ({
      id: deps.ids.next(),
      type,
      tenantId: subject.tenantId ?? null,
      userId: subject.userId ?? null,
      actorId: subject.actorId ?? null,
      sessionId: subject.sessionId ?? null,
      ipAddress: origin.address,
      userAgent: origin.userAgent,
      requestId: origin.requestId,
      reason: subject.reason ?? null,
      details: subject.details ?? {},
      createdAt: deps.clock.now(),
    }),
  }
}
