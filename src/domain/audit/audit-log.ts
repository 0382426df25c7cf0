import type { Logger } from '../../lib/observation/logger.ts'
import type { AuditEvent } from './audit-event.ts'
import { detailsWithoutTexts, reasonWithoutTexts } from './event-texts.ts'

/** Writes stored events to the log. Call it after the commit. Never throws. */
export type AuditLog = (events: readonly AuditEvent[]) => void

/**
 * One line for each event, with the ids of the stored row. Texts that people wrote and User-Agents are left out: of personal
 * data a line contains the address alone, which the line of the request contains too.
 */
export function createAuditLog(logger: Logger): AuditLog {
  return (events) => {
    for (const event of events) logger.info({ audit: lineOf(event) }, 'audit event')
  }
}

function lineOf(event: AuditEvent) {
  const { id, type, tenantId, userId, actorId, sessionId, ipAddress, requestId, createdAt } = event
  const hide = () => null
  return {
    id,
    at: createdAt,
    type,
    tenantId,
    userId,
    actorId,
    sessionId,
    requestId,
    address: ipAddress,
    reason: reasonWithoutTexts(event, hide),
    details: detailsWithoutTexts(event.details, hide),
  }
}
