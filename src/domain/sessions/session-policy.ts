import { equalDigests } from '../../lib/crypto/digest.ts'
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
   * Grace period in which a refresh token that was replaced is still accepted from the same device and gets the present
   * one (RFC 9700 section 4.14.2 leaves this open). 0: none, and no tolerance for lost answers either.
   */
  readonly refreshGraceSeconds: number
  /**
   * Period in which the token before the present one is accepted from the same device, while nothing that was issued
   * with the present one has been seen. 0: not beyond the grace period.
   */
  readonly lostAnswerSeconds: number
}

export function lifetimeFor(rules: SessionRules, role: UserRole, rememberMe: boolean): SessionLifetime {
  if (role === 'ADMIN') return rules.privileged
  return rememberMe ? rules.rememberMe : rules.standard
}

/** The verdict on a refresh token whose generation is not the present one of its session. */
export type StaleTokenVerdict = 'dead' | 'repeat' | 'lostAnswer' | 'reuse' | 'ahead'

export interface PresentedRefreshToken {
  readonly generation: number
  readonly device: Uint8Array
}

/**
 * Judges a refresh token that could not be rotated.
 *
 * - `dead`: the session has ended, or the token is the present one and was refused because of its account.
 * - `repeat`: the token was the present one within the grace period, and every rotation since then was made by the same
 *   device: a retry or a second tab, which gets the present token.
 * - `lostAnswer`: after the grace period, the token before the present one, from the device that rotated it, and no
 *   token that was issued with the present one has been seen: its answer was lost. It gets the present token.
 * - `ahead`: an authentic token that is newer than the row: the database lost its last writes; the session advances.
 * - `reuse`: everything else: there is a copy of the token.
 */
export function judgeStaleToken(
  session: SessionState,
  presented: PresentedRefreshToken,
  now: Date,
  rules: Pick<SessionRules, 'refreshGraceSeconds' | 'lostAnswerSeconds'>,
): StaleTokenVerdict {
  if (session.revokedAt !== null || session.idleExpiresAt <= now || session.expiresAt <= now) return 'dead'
  const behind = session.generation - presented.generation
  if (behind < 0) return 'ahead'
  if (behind === 0) return 'dead'
  const since = session.rotations.slice(0, behind)
  const replaced = since.at(-1)
  // Without a grace period every second use is reuse, even if the clocks of two processes differ.
  if (replaced === undefined || since.length < behind || rules.refreshGraceSeconds === 0) return 'reuse'
  if (!since.every(({ device }) => equalDigests(device, presented.device))) return 'reuse'
  // The clocks of two processes can differ, so the rotation can lie in the future.
  const ageMs = now.getTime() - replaced.at.getTime()
  if (ageMs <= rules.refreshGraceSeconds * 1000) return 'repeat'
  const isLost = behind === 1 && session.seenGeneration !== session.generation
  return isLost && ageMs <= rules.lostAnswerSeconds * 1000 ? 'lostAnswer' : 'reuse'
}
