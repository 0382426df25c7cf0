import { looksLikeApiKey } from '../../domain/api-keys/api-key.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { familyHash } from '../../domain/tokens/refresh-token.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { revokeAccessTokens } from '../steps/sessions/revoke-access-tokens.ts'

type RevokePresentedTokenDeps = Pick<
  FlowDeps,
  | 'transaction'
  | 'revocations'
  | 'verifier'
  | 'audit'
  | 'clock'
  | 'refreshTokens'
  | 'sessions'
  | 'endSessions'
>

/**
 * Token revocation (RFC 7009) by the holder of the token. A refresh token ends its session; an access token is
 * revoked itself. A token that is unknown, expired or already revoked is no error. Returns false for an API key,
 * because its holder may not revoke it.
 */
export function createRevokePresentedToken(deps: RevokePresentedTokenDeps) {
  return async function revokePresentedToken(token: string, origin: Origin): Promise<boolean> {
    if (looksLikeApiKey(token)) return false
    const refresh = deps.refreshTokens.open(token)
    if (refresh !== null) await endSessionOf(deps, refresh.family, origin)
    else await endAccessToken(deps, token, origin)
    return true
  }
}

async function endAccessToken(deps: RevokePresentedTokenDeps, token: string, origin: Origin): Promise<void> {
  const { claims, rejection } = await deps.verifier.verify(token)
  if (claims === null || rejection !== null || (await deps.revocations.isRevoked(claims))) return
  const { userId, tenantId, sessionId, tokenId } = claims
  const subject = { userId, tenantId, sessionId, reason: 'PRESENTED', details: { jti: tokenId } }
  await revokeAccessTokens(deps, [{ tokenId, audit: deps.audit.event('TOKEN_REVOKED', origin, subject) }])
}

async function endSessionOf(
  deps: RevokePresentedTokenDeps,
  family: Uint8Array,
  origin: Origin,
): Promise<void> {
  const found = await deps.sessions.findByFamily(familyHash(family), deps.clock.now())
  if (found === null) return
  const { id: sessionId, userId, tenantId } = found.session
  const subject = { tenantId, userId, sessionId, reason: 'PRESENTED' }
  const audit = deps.audit.event('SESSION_REVOKED', origin, subject)
  await deps.endSessions.one({ sessionId, userId }, { reason: 'REVOKED_BY_USER', revokedBy: userId, audit })
}
