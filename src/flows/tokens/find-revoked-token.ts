import { managesInstallation } from '../../domain/access/permissions.ts'
import type { Viewer } from '../../domain/access/viewer.ts'
import type { RevokedToken } from '../../domain/tokens/revocation.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import type { FlowDeps } from '../flow-deps.ts'

/**
 * A revoked access token. Null if it is not revoked or no longer remembered, and if it was revoked in another tenant,
 * unless the viewer manages the installation: then without what an administrator of the other tenant wrote about it.
 */
export function createFindRevokedToken(deps: Pick<FlowDeps, 'revocationStore' | 'clock'>) {
  return async function findRevokedToken(jti: string, viewer: Viewer): Promise<RevokedToken | null> {
    if (!isUuid(jti)) return null
    const found = await deps.revocationStore.findToken(jti, deps.clock.now())
    if (found === null || found.tenantId === viewer.tenantId) return found
    return managesInstallation(viewer) ? { ...found, userId: null, actorId: null, reason: null } : null
  }
}
