import type { AuditEvent } from '../../../domain/audit/audit-event.ts'
import { rememberedUntil } from '../../../domain/tokens/revocation.ts'
import type { Services } from '../../services.ts'
import { type CommitSignOutDeps, commitSignOut } from './sign-out.ts'

/** An access token to revoke, and its audit event, which names the user, the actor and the reason. */
export interface TokenToRevoke {
  readonly tokenId: string
  readonly audit: AuditEvent
}

/**
 * Revokes access tokens in one statement, in the transaction of their audit events, and announces it. Returns until when
 * the revocations are remembered.
 */
export async function revokeAccessTokens(
  deps: CommitSignOutDeps & Pick<Services, 'clock'>,
  tokens: readonly TokenToRevoke[],
): Promise<Date> {
  const revokedAt = deps.clock.now()
  const expiresAt = rememberedUntil(revokedAt)
  const revoked = tokens.map(({ tokenId, audit: { tenantId, userId, actorId, reason } }) => {
    return { tokenId, tenantId, userId, actorId, reason, revokedAt, expiresAt }
  })
  await commitSignOut(deps, async (stores) => {
    await stores.revocations.insertTokens(revoked)
    // `appendAll` omits personal data if the account has been deleted meanwhile.
    await stores.audit.appendAll(tokens.map(({ audit }) => audit))
    return { revocation: null }
  })
  deps.revocations.announce(tokens.map(({ tokenId }) => ({ kind: 'TOKEN', tokenId, expiresAt })))
  return expiresAt
}
