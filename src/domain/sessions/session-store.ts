import type { StorePage } from '../../lib/store-page.ts'
import type { AuditEvent } from '../audit/audit-event.ts'
import type { Place } from '../risk/geo-locator.ts'
import type { RiskSignal } from '../risk/risk-rules.ts'
import type { User } from '../users/user.ts'
import type { DeviceProfile } from './device-profile.ts'
import type { RevocationReason, Session, SessionOwner, SessionState, TokenTransport } from './session.ts'
import type { SessionLifetime } from './session-policy.ts'

export interface NewSession extends Session {
  readonly familyHash: Uint8Array<ArrayBuffer>
  readonly idleSeconds: number
  /** Where its address is; null = unknown. */
  readonly place: Place | null
}

/** A session of the past, or one that lives: what the next sign-in of its user is compared with. */
export interface PastSession {
  readonly createdAt: Date
  readonly profile: DeviceProfile
  readonly network: string | null
  readonly place: Place | null
  /** False when it ended because somebody else was seen, or suspected, to use it. */
  readonly trusted: boolean
}

/** A signal and its weight in a session's score. */
export interface RaisedSignal {
  readonly signal: RiskSignal
  readonly weight: number
}

export interface Rotation {
  readonly familyHash: Uint8Array<ArrayBuffer>
  readonly generation: number
  /** A body token never moves a cookie session, nor the reverse. */
  readonly transports: readonly TokenTransport[]
  /** The session that the x-csrf-token speaks for; null where none is wanted. */
  readonly sessionId: string | null
  readonly now: Date
  readonly device: Uint8Array<ArrayBuffer>
  readonly ipAddress: string | null
  readonly userAgent: string | null
  /** Administrators' sessions are cut to this, also when their owner became one after signing in. */
  readonly privileged: SessionLifetime
  readonly audit: AuditEvent
}

/** What ends sessions, and how long the access tokens of them may still be about. */
export interface Revocation {
  readonly now: Date
  readonly revokedBy: string | null
  readonly reason: RevocationReason
  /** Until when the revocation is remembered: past the end of every access token that may exist. */
  readonly rememberUntil: Date
  /** Written when anything ended, with the number of sessions that did. */
  readonly audit: AuditEvent
  /** Left on the sessions that end. */
  readonly raises?: RaisedSignal
}

export interface SessionStore {
  /**
   * Begins a session of a registered user and counts the sign-in, in one statement with its audit row. Answers the
   * user as it is now, or null when the account was deactivated or its token version moved since the caller looked.
   */
  open(session: NewSession, seenTokenVersion: number, audit: AuditEvent): Promise<User | null>
  /**
   * Moves a live session from this very generation to the next, in one statement with its audit row. Null when no
   * live session has that family and generation: nothing was changed. Of parallel calls exactly one succeeds.
   */
  rotate(rotation: Rotation): Promise<{ session: Session; owner: SessionOwner } | null>
  /** The session of a family, ended ones included, with its owner and whether the account is in use; null when there is none. */
  findByFamily(
    familyHash: Uint8Array<ArrayBuffer>,
    now: Date,
  ): Promise<{ session: SessionState; owner: SessionOwner & { allowed: boolean } } | null>
  /** Moves a session forward to a generation that its row has not reached; never backward. */
  advance(rotation: Rotation): Promise<{ session: Session; owner: SessionOwner } | null>
  /** Draws the session a new family at generation 0, without grace. False when it has ended meanwhile. */
  renewFamily(change: {
    sessionId: string
    familyHash: Uint8Array<ArrayBuffer>
    authTime: Date
  }): Promise<boolean>
  /** Ends one live session of that user, with its revocation and audit row in one statement; null when there is none. */
  revokeOne(target: { sessionId: string; userId: string }, revocation: Revocation): Promise<Session | null>
  /** Ends every live session of that user except one, likewise; answers their ids. */
  revokeAll(
    target: { userId: string; exceptSessionId: string | null },
    revocation: Revocation,
  ): Promise<readonly string[]>
  /** Ends the oldest live sessions of that user, likewise, so that no more than `keep` are left; answers their ids. */
  revokeOldest(target: { userId: string; keep: number }, revocation: Revocation): Promise<readonly string[]>
  /**
   * Adds a signal to a session, with its audit row in one statement. False when the session has it already: of parallel
   * calls one is answered true, and nothing else is written.
   */
  raise(sessionId: string, raised: RaisedSignal, audit: AuditEvent): Promise<boolean>
  findLive(sessionId: string, now: Date): Promise<Session | null>
  /** The session of that user, ended or not; null for other people's too. */
  findOwn(sessionId: string, userId: string): Promise<Session | null>
  /** The last sessions of a user, ended ones included, newest first. */
  listPast(userId: string, limit: number): Promise<readonly PastSession[]>
  /** Live sessions of a user, in keyset order; one more than the limit tells that there are more. */
  listLive(userId: string, page: StorePage, now: Date): Promise<readonly Session[]>
  /** Which of these sessions of that user were ended before their time: not those that ran out, nor other people's. */
  listRevoked(userId: string, sessionIds: readonly string[]): Promise<readonly string[]>
  countLive(userId: string, now: Date): Promise<number>
  /** Removes up to so many sessions whose absolute end was before that; answers how many. */
  purge(endedBefore: Date, limit: number): Promise<number>
}
