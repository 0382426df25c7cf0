import type { Origin } from '../../domain/origin/origin.ts'
import { ForbiddenError } from '../../domain/refusals.ts'
import type { TokenTransport } from '../../domain/sessions/session.ts'
import { familyHash } from '../../domain/tokens/refresh-token.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { Credentials } from '../steps/credentials.ts'
import { requireCsrf } from '../steps/require-csrf.ts'
import { bearerToken } from './authenticate.ts'

export interface LogoutInput {
  readonly allDevices: boolean
  readonly refreshToken?: string | null | undefined
}

export interface LoggedOut {
  readonly revokedSessions: number
  /** Of the session that was meant; null when there was none any more. */
  readonly transport: TokenTransport | null
}

type LogoutDeps = Pick<
  FlowDeps,
  | 'verifier'
  | 'refreshTokens'
  | 'csrfTokens'
  | 'sessions'
  | 'revocationStore'
  | 'endSessions'
  | 'audit'
  | 'clock'
>

/**
 * Ends the session of the access token (an expired one will do) or of the refresh token, or every session of its user
 * while that one is still alive. That none ended is no error: the wish has come true before.
 * @throws ForbiddenError (CSRF)
 */
export function createLogout(deps: LogoutDeps) {
  return async (input: LogoutInput, credentials: Credentials, origin: Origin): Promise<LoggedOut> => {
    const sessionId = await findSessionId(deps, input, credentials)
    const session = sessionId === null ? null : await deps.sessions.findLive(sessionId, deps.clock.now())
    if (session === null) return { revokedSessions: 0, transport: null }
    const { userId, tenantId, transport } = session
    const details = { allDevices: input.allDevices }
    const audit = deps.audit.event('LOGOUT', origin, { tenantId, userId, sessionId, details })
    if (input.allDevices) {
      const ending = { reason: 'LOGOUT_EVERYWHERE', revokedBy: userId, audit } as const
      return {
        revokedSessions: await deps.endSessions.all({ userId, exceptSessionId: null }, ending),
        transport,
      }
    }
    const target = { sessionId: session.id, userId }
    const ended = await deps.endSessions.one(target, { reason: 'LOGOUT', revokedBy: userId, audit })
    return { revokedSessions: ended === null ? 0 : 1, transport }
  }
}

async function findSessionId(
  deps: LogoutDeps,
  input: LogoutInput,
  credentials: Credentials,
): Promise<string | null> {
  const bearer = credentials.authorization === null ? null : bearerToken(credentials.authorization)
  const fromHeader = bearer === null ? null : await ofAccessToken(deps, bearer)
  if (fromHeader !== null) return fromHeader
  if (input.refreshToken) return ofRefreshToken(deps, input.refreshToken, true)
  if (credentials.accessCookie === null && credentials.refreshCookie === null) return null
  return ofCookies(deps, credentials)
}

async function ofCookies(deps: LogoutDeps, credentials: Credentials): Promise<string | null> {
  const claimed = requireCsrf(deps.csrfTokens, credentials)
  const fromAccess =
    credentials.accessCookie === null ? null : await ofAccessToken(deps, credentials.accessCookie)
  const sessionId =
    fromAccess ??
    (credentials.refreshCookie === null ? null : await ofRefreshToken(deps, credentials.refreshCookie, false))
  if (sessionId !== null && sessionId !== claimed) throw new ForbiddenError('CSRF')
  return sessionId
}

/** Null for one that was revoked: a token that leaked before a password change signs nobody out after it. */
async function ofAccessToken(deps: LogoutDeps, token: string): Promise<string | null> {
  const { claims } = await deps.verifier.verify(token)
  if (claims === null || (await deps.revocationStore.isRevoked(claims, deps.clock.now()))) return null
  return claims.sessionId
}

async function ofRefreshToken(deps: LogoutDeps, token: string, inBody: boolean): Promise<string | null> {
  const opened = deps.refreshTokens.open(token)
  const found =
    opened === null ? null : await deps.sessions.findByFamily(familyHash(opened.family), deps.clock.now())
  if (found === null || (found.session.transport === 'BODY') !== inBody) return null
  return found.session.id
}
