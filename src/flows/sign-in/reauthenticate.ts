import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import type { Session } from '../../domain/sessions/session.ts'
import { familyHash, firstOfNewFamily } from '../../domain/tokens/refresh-token.ts'
import { rememberedUntil } from '../../domain/tokens/revocation.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { SessionTokens } from '../steps/session-tokens.ts'
import { commitSignOut } from '../steps/sign-out.ts'

type ReauthenticateDeps = Pick<
  FlowDeps,
  'provePassword' | 'transaction' | 'revocations' | 'sessions' | 'issueTokens' | 'audit' | 'clock'
>

/**
 * Records a new proof of the password in the viewer's session. The session gets a new refresh family without a grace
 * window, so that a copy of the old tokens cannot obtain the new proof by a refresh. The access token that the new one
 * replaces is revoked (OWASP ASVS 7.2.4).
 * @throws InvalidCredentialsProblem, AccountLockedProblem
 */
export function createReauthenticate(deps: ReauthenticateDeps) {
  return async function reauthenticate(
    password: string,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<{ session: Session; tokens: SessionTokens }> {
    const seen = await deps.provePassword(viewer, password, origin)
    const refresh = firstOfNewFamily()
    const now = deps.clock.now()
    const { sessionId } = viewer
    const { owner } = await commitSignOut(deps, async (stores) => {
      const user = await stores.accounts.lock(seen.id, seen.tokenVersion)
      const family = { sessionId, familyHash: familyHash(refresh.family), authTime: now }
      if (user === null || !(await stores.sessions.renewFamily(family))) {
        throw new UnauthenticatedError('TOKEN_REVOKED')
      }
      const subject = { tenantId: user.tenantId, userId: user.id, sessionId, reason: 'REAUTHENTICATED' }
      await stores.audit.append(deps.audit.event('LOGIN_SUCCEEDED', origin, subject))
      const revocation = { kind: 'TOKEN', tokenId: viewer.tokenId, expiresAt: rememberedUntil(now) } as const
      await stores.revocations.insert(revocation)
      return { owner: user, revocation }
    })
    const session = await deps.sessions.findLive(sessionId, now)
    if (session === null) throw new UnauthenticatedError('TOKEN_REVOKED')
    return { session, tokens: await deps.issueTokens(session, owner, refresh) }
  }
}
