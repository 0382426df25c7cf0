import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { ForbiddenError } from '../../domain/refusals.ts'
import type { Session, TokenTransport } from '../../domain/sessions/session.ts'
import { familyHash } from '../../domain/tokens/refresh-token.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { Credentials } from '../steps/access/credentials.ts'
import { requireCsrf } from '../steps/access/require-csrf.ts'
import { bearerToken } from './authenticate.ts'

export interface LogoutInput {
  readonly allDevices: boolean
  readonly refreshToken?: string | null | undefined
}

export interface LoggedOut {
  readonly revokedSessions: number
  /** API keys of the account that are valid; 0 if there is no live session. */
  readonly remainingApiKeys: number
  /** Transport of the session in question; null if there is no live one. */
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
  | 'rememberedDevices'
  | 'apiKeys'
  | 'audit'
  | 'clock'
>

/**
 * Ends the session of the access token or of the refresh token. With `allDevices`, ends every session of its user
 * and forgets remembered devices, provided that this one is live; API keys stay valid. An expired access token is accepted. If the session has already ended, nothing
 * happens and it is no error. @throws ForbiddenError (CSRF)
 */
export function createLogout(deps: LogoutDeps) {
  return async function logout(
    input: LogoutInput,
    credentials: Credentials,
    origin: Origin,
  ): Promise<LoggedOut> {
    const sessionId = await findSessionId(deps, input, credentials)
    const session = sessionId === null ? null : await deps.sessions.findLive(sessionId, deps.clock.now())
    if (session === null) return { revokedSessions: 0, remainingApiKeys: 0, transport: null }
    const { userId, tenantId, transport } = session
    const details = { allDevices: input.allDevices }
    const audit = deps.audit.event('LOGOUT', origin, { tenantId, userId, sessionId, details })
    // Counted before the session ends: if the store fails, the call can be repeated.
    const remainingApiKeys = await deps.apiKeys.countLive(userId, deps.clock.now())
    const revokedSessions = await end(deps, session, input.allDevices, audit)
    return { revokedSessions, remainingApiKeys, transport }
  }
}

async function end(
  deps: LogoutDeps,
  { id: sessionId, userId }: Session,
  allDevices: boolean,
  audit: AuditEvent,
): Promise<number> {
  if (allDevices) {
    await deps.rememberedDevices.removeAll(userId, deps.clock.now())
    const ending = { reason: 'LOGOUT_EVERYWHERE', revokedBy: userId, audit } as const
    return deps.endSessions.all({ userId, exceptSessionId: null }, ending)
  }
  const ended = await deps.endSessions.one(
    { sessionId, userId },
    { reason: 'LOGOUT', revokedBy: userId, audit },
  )
  return ended === null ? 0 : 1
}

async function findSessionId(
  deps: LogoutDeps,
  input: LogoutInput,
  credentials: Credentials,
): Promise<string | null> {
  const bearer = credentials.authorization === null ? null : bearerToken(credentials.authorization)
  const fromHeader = bearer === null ? null : await readAccessToken(deps, bearer)
  if (fromHeader !== null) return fromHeader
  if (input.refreshToken) return readRefreshToken(deps, input.refreshToken, ['BODY'])
  if (credentials.accessCookie === null && credentials.refreshCookie === null) return null
  return readCookies(deps, credentials)
}

async function readCookies(deps: LogoutDeps, credentials: Credentials): Promise<string | null> {
  const { accessCookie, refreshCookie } = credentials
  const csrfSessionId = requireCsrf(deps.csrfTokens, credentials)
  const fromAccess = accessCookie === null ? null : await readAccessToken(deps, accessCookie)
  const fromRefresh = async () =>
    refreshCookie === null ? null : readRefreshToken(deps, refreshCookie, ['COOKIE', 'HYBRID'])
  const sessionId = fromAccess ?? (await fromRefresh())
  if (sessionId !== null && sessionId !== csrfSessionId) throw new ForbiddenError('CSRF')
  return sessionId
}

/** Null for a revoked token: a token that leaked before a password change must not end a session after it. */
async function readAccessToken(deps: LogoutDeps, token: string): Promise<string | null> {
  const { claims } = await deps.verifier.verify(token)
  if (claims === null || (await deps.revocationStore.isRevoked(claims, deps.clock.now()))) return null
  return claims.sessionId
}

async function readRefreshToken(
  deps: LogoutDeps,
  token: string,
  transports: readonly TokenTransport[],
): Promise<string | null> {
  const opened = deps.refreshTokens.open(token)
  const found =
    opened === null ? null : await deps.sessions.findByFamily(familyHash(opened.family), deps.clock.now())
  return found !== null && transports.includes(found.session.transport) ? found.session.id : null
}
