import type { UserViewer } from '../../domain/access/viewer.ts'
import type { ApiKey } from '../../domain/api-keys/api-key.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { NotFoundProblem } from '../../domain/problems.ts'
import { rememberedUntil } from '../../domain/tokens/revocation.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { attemptRevocation } from '../steps/sessions/attempt-revocation.ts'

type RevokeApiKeyDeps = Pick<FlowDeps, 'apiKeys' | 'revocations' | 'audit' | 'clock'>

/**
 * Revokes an API key of the viewer's tenant: on this process immediately, on every other process within a second. The
 * key may belong to another user, because a leaked key cannot wait for its owner.
 * @throws NotFoundProblem for unknown and for revoked keys
 */
export function createRevokeApiKey(deps: RevokeApiKeyDeps) {
  return async function revokeApiKey(apiKeyId: string, viewer: UserViewer, origin: Origin): Promise<ApiKey> {
    if (!isUuid(apiKeyId)) throw new NotFoundProblem()
    const { userId, tenantId, sessionId } = viewer
    const now = deps.clock.now()
    const rememberUntil = rememberedUntil(now)
    const subject = { actorId: userId, sessionId, details: { apiKeyId } }
    const audit = deps.audit.event('API_KEY_REVOKED', origin, subject)
    const revoked = await attemptRevocation(
      deps,
      deps.apiKeys.revoke({ apiKeyId, tenantId }, { now, revokedBy: userId, rememberUntil, audit }),
    )
    if (revoked === null) throw new NotFoundProblem()
    deps.revocations.announce([{ kind: 'API_KEY', apiKeyId, expiresAt: rememberUntil }])
    return revoked
  }
}
