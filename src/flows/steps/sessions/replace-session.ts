import type { Origin } from '../../../domain/origin/origin.ts'
import { endOf, type Session } from '../../../domain/sessions/session.ts'
import { familyHash } from '../../../domain/tokens/refresh-token.ts'
import { errorText } from '../../../lib/text/error-text.ts'
import type { Services } from '../../services.ts'
import type { Credentials } from '../access/credentials.ts'
import type { EndSessions } from './end-sessions.ts'

export type ReplacedSession = Pick<Session, 'id' | 'userId' | 'tenantId'>

export interface ReplaceSessionDeps
  extends Pick<
    Services,
    'sessions' | 'refreshTokens' | 'verifier' | 'revocationStore' | 'audit' | 'clock' | 'logger'
  > {
  readonly endSessions: EndSessions
}

/**
 * The session that a sign-in replaces: the live session whose cookies the request carries. A sign-in terminates the
 * tokens that the browser held before (OWASP ASVS 7.2.4), also those of another user.
 */
export interface ReplaceSession {
  /** Null without cookies of a live session. */
  find(credentials: Credentials): Promise<ReplacedSession | null>
  /**
   * Ends the session, if it is still live. Never throws, because the sign-in has succeeded: if the database is
   * unavailable, the session stays and the log says so.
   */
  end(session: ReplacedSession, origin: Origin): Promise<void>
}

export function createReplaceSession(deps: ReplaceSessionDeps): ReplaceSession {
  return {
    async find({ refreshCookie, accessCookie }) {
      const found = refreshCookie === null ? null : await findByRefreshToken(deps, refreshCookie)
      if (found !== null || accessCookie === null) return found
      return findByAccessToken(deps, accessCookie)
    },
    async end({ id: sessionId, userId, tenantId }, origin) {
      const reason = 'REPLACED_BY_LOGIN'
      const audit = deps.audit.event('SESSION_REVOKED', origin, { tenantId, userId, sessionId, reason })
      try {
        await deps.endSessions.one({ sessionId, userId }, { reason, revokedBy: null, audit })
      } catch (error) {
        const facts = { sessionId, userId, requestId: origin.requestId, error: errorText(error) }
        deps.logger.error(facts, 'the session that a sign-in replaced has not ended')
      }
    },
  }
}

/** Null for a revoked token: one that leaked before a password change must not end the session after it. */
async function findByAccessToken(deps: ReplaceSessionDeps, token: string): Promise<ReplacedSession | null> {
  const { claims } = await deps.verifier.verify(token)
  const now = deps.clock.now()
  if (claims === null || (await deps.revocationStore.isRevoked(claims, now))) return null
  return deps.sessions.findLive(claims.sessionId, now)
}

async function findByRefreshToken(
  { refreshTokens, sessions, clock }: ReplaceSessionDeps,
  token: string,
): Promise<ReplacedSession | null> {
  const opened = refreshTokens.open(token)
  if (opened === null) return null
  const now = clock.now()
  const found = await sessions.findByFamily(familyHash(opened.family), now)
  if (found === null || found.session.revokedAt !== null || endOf(found.session) <= now) return null
  return found.session
}
