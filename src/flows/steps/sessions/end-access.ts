import type { AuditEventType } from '../../../domain/audit/audit-event.ts'
import type { AuditRecorder } from '../../../domain/audit/audit-recorder.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import type { RevocationReason } from '../../../domain/sessions/session.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { User } from '../../../domain/users/user.ts'
import type { JsonObject } from '../../../lib/text/json.ts'
import { signOut } from './sign-out.ts'

export interface EndAccess {
  /** The user after the change, with the raised token version. */
  readonly user: User
  /** The administrator; null: the operator, on the command line. */
  readonly actorId: string | null
  /** Written even if no session ends. */
  readonly event: AuditEventType
  /** Free text of the person who made the change. */
  readonly reason: string | null
  readonly details?: JsonObject
  readonly revocationReason: RevocationReason
  readonly origin: Origin
  readonly now: Date
}

/**
 * Ends every session of a user and refuses their access tokens, inside a transaction. The audit event records who did
 * it and why.
 */
export async function endAccess(deps: { audit: AuditRecorder }, stores: Stores, change: EndAccess) {
  const { user, actorId, event, reason, details = {}, revocationReason, origin, now } = change
  const subject = { tenantId: user.tenantId, userId: user.id, actorId }
  await stores.audit.append(deps.audit.event(event, origin, { ...subject, reason, details }))
  const ended = await signOut(stores, {
    userId: user.id,
    tokenVersion: user.tokenVersion,
    exceptSessionId: null,
    revokedBy: actorId,
    reason: revocationReason,
    audit: deps.audit.event('SESSION_REVOKED', origin, { ...subject, reason: revocationReason }),
    now,
  })
  return { ...ended, user }
}
