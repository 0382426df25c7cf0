import { permissionsOf } from '../../domain/access/permissions.ts'
import { endOf, type Session, type SessionOwner, type TokenTransport } from '../../domain/sessions/session.ts'
import type { RefreshToken } from '../../domain/tokens/refresh-token.ts'
import type { Services } from '../services.ts'

/** The tokens of a session. Its transport decides which of them are sent as cookies and which in the body. */
export interface SessionTokens {
  readonly transport: TokenTransport
  readonly accessToken: string
  readonly accessTokenExpiresAt: Date
  /** Seconds. */
  readonly expiresIn: number
  readonly refreshToken: string
  readonly refreshTokenExpiresAt: Date
  readonly csrfToken: string
}

export type SessionTokensDeps = Pick<Services, 'accessTokens' | 'refreshTokens' | 'csrfTokens'>

export type IssueSessionTokens = (
  session: Session,
  owner: SessionOwner,
  refresh: RefreshToken,
) => Promise<SessionTokens>

/** Creates the tokens of a session for one generation of its refresh token. Uses no store. */
export function createIssueSessionTokens(deps: SessionTokensDeps): IssueSessionTokens {
  return async function issueSessionTokens(session, owner, refresh) {
    const access = await deps.accessTokens.issue({
      userId: session.userId,
      tenantId: session.tenantId,
      sessionId: session.id,
      tokenVersion: owner.tokenVersion,
      role: owner.role,
      permissions: permissionsOf(owner.role, session.tenantId),
      generation: refresh.generation,
      amr: session.amr,
      authTime: session.authTime,
      sessionEndsAt: endOf(session),
    })
    return {
      transport: session.transport,
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt,
      expiresIn: access.expiresIn,
      refreshToken: deps.refreshTokens.seal(refresh),
      refreshTokenExpiresAt: endOf(session),
      csrfToken: deps.csrfTokens.issue(session.id),
    }
  }
}
