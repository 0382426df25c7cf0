import type { ApiKey } from '../../../domain/api-keys/api-key.ts'
import type { AuditRecorder } from '../../../domain/audit/audit-recorder.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { User } from '../../../domain/users/user.ts'
import type { JsonObject } from '../../../lib/text/json.ts'

export interface EndApiKeys {
  readonly owner: Pick<User, 'id' | 'tenantId'>
  readonly sessionId?: string | null
  /** The user who ends the keys; null = a mailed link. */
  readonly actorId: string | null
  readonly reason: string
  readonly details?: JsonObject
  readonly origin: Origin
  readonly now: Date
}

/**
 * Revokes every API key of a user, inside a transaction that raises their token version: a person who had access to
 * the account may have created any of them. The audit event is written if a key was valid. Returns these keys.
 */
export async function endApiKeys(
  deps: { readonly audit: AuditRecorder },
  stores: Pick<Stores, 'apiKeys' | 'audit'>,
  change: EndApiKeys,
): Promise<readonly ApiKey[]> {
  const { owner, sessionId = null, actorId, reason, details = {}, origin, now } = change
  const ended = await stores.apiKeys.revokeAll(owner.id, { now, revokedBy: actorId })
  if (ended.length === 0) return ended
  const subject = { tenantId: owner.tenantId, userId: owner.id, actorId, sessionId, reason }
  const counted = { ...details, revokedApiKeys: ended.length }
  await stores.audit.append(deps.audit.event('API_KEY_REVOKED', origin, { ...subject, details: counted }))
  return ended
}
