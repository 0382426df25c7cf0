import type { SessionTokens } from '../../flows/steps/sessions/session-tokens.ts'
import type { SessionCookies } from '../../graphql/edge/context.ts'
import type { Clock } from '../../lib/time/clock.ts'
import {
  accessCookieName,
  challengeCookieName,
  deviceCookieName,
  maxCookieSeconds,
  type ResponseCookies,
  refreshCookieName,
  rememberedCookieName,
} from '../request/cookies.ts'

/**
 * The cookies of a session's transport. Both live as long as the session: a client whose access token has expired gets
 * TOKEN_EXPIRED because the cookie is still sent, and is not treated as signed out.
 */
export function createSessionCookies(cookies: ResponseCookies, clock: Clock): SessionCookies {
  return {
    deliver(tokens: SessionTokens): void {
      if (tokens.transport === 'BODY') return
      const maxAgeSeconds = (tokens.refreshTokenExpiresAt.getTime() - clock.now().getTime()) / 1000
      cookies.set(refreshCookieName, tokens.refreshToken, { maxAgeSeconds })
      if (tokens.transport === 'COOKIE') cookies.set(accessCookieName, tokens.accessToken, { maxAgeSeconds })
      else cookies.expire(accessCookieName)
    },
    trustDevice(deviceToken: string): void {
      cookies.set(deviceCookieName, deviceToken, { maxAgeSeconds: maxCookieSeconds })
    },
    bindChallenge(secret: string, expiresAt: Date): void {
      const maxAgeSeconds = (expiresAt.getTime() - clock.now().getTime()) / 1000
      cookies.set(challengeCookieName, secret, { maxAgeSeconds })
    },
    endChallenge(): void {
      cookies.expire(challengeCookieName)
    },
    rememberDevice(secret: string, expiresAt: Date): void {
      const maxAgeSeconds = (expiresAt.getTime() - clock.now().getTime()) / 1000
      cookies.set(rememberedCookieName, secret, { maxAgeSeconds })
    },
    forgetDevice(): void {
      cookies.expire(rememberedCookieName)
    },
    clear(): void {
      cookies.expire(accessCookieName)
      cookies.expire(refreshCookieName)
    },
  }
}
