import { equalDigests } from '../../lib/digest.ts'
import type { UserRole } from '../users/user.ts'
import type { SessionState } from './session.ts'

/** Bounds on the life of a session. */
export interface SessionLifetime {
  /** Time without a refresh after which the session ends. */
  readonly idleSeconds: number
  /** Time after the sign-in after which the session ends in any case. */
  readonly maxSeconds: number
}

/** Lifetimes of sessions by kind of sign-in. */
export interface SessionRules {
  readonly standard: SessionLifetime
  readonly rememberMe: SessionLifetime
  /** For administrators, with or without remember-me. */
  readonly privileged: SessionLifetime
  /**
   * Grace period in which the previous refresh token is still accepted from the same device and gets the same successor
   * (RFC 9700 section 4.14.2 leaves this open).
   */
  readonly refreshGraceSeconds: number
}

export function lifetimeFor(rules: SessionRules, role: UserRole, rememberMe: boolean): SessionLifetime {
  if (role === 'ADMIN') return rules.privileged
  return rememberMe ? rules.rememberMe : rules.standard
}

/** The verdict on a refresh token whose generation is not the present one of its session. */
export type StaleTokenVerdict = 'dead' | 'repeat' | 'reuse' | 'ahead'

export interface PresentedRefreshToken {
  readonly generation: number
  readonly device: Uint8Array
}

/**
 * Judges a refresh token that could not be rotated.
 *
 * - `dead`: the session has ended, or the token is the present one and was refused because of its account.
 * - `repeat`: the previous token, within the grace period and from the device that rotated it: a retry or a second tab,
 *   which gets the same successor.
 * - `ahead`: an authentic token that is newer than the row: the database lost its last writes; the session advances.
 * - `reuse`: an older token, or the previous one after the grace period or from another device: there is a copy of it.
 */
export function judgeStaleToken(
  session: SessionState,
  presented: PresentedRefreshToken,
  now: Date,
  graceSeconds: number,
): StaleTokenVerdict {
  if (session.revokedAt !== null || session.idleExpiresAt <= now || session.expiresAt <= now) return 'dead'
  if (presented.generation > session.generation) return 'ahead'
  if (presented.generation === session.generation) return 'dead'
  if (presented.generation < session.generation - 1) return 'reuse'
  if (session.previousAt === null || session.rotatedBy === null) return 'reuse'
  // The clocks of two processes can differ, so the rotation can lie in the future; without a grace period it is reuse
  // even then.
  const sinceRotationMs = now.getTime() - session.previousAt.getTime()
  if (graceSeconds === 0 || sinceRotationMs > graceSeconds * 1000) return 'reuse'
  return equalDigests(session.rotatedBy, presented.device) ? 'repeat' : 'reuse'
}
