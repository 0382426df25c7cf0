import type { StorePage } from '../../lib/collections/store-page.ts'
import type { AuditEvent } from '../audit/audit-event.ts'
import type { Place } from '../risk/geo-locator.ts'
import type { RiskSignal } from '../risk/risk-rules.ts'
import type { User } from '../users/user.ts'
import type { Proof } from './assurance.ts'
import type { DeviceProfile } from './device-profile.ts'
import type { RevocationReason, Session, SessionOwner, SessionState, TokenTransport } from './session.ts'
import type { SessionLifetime } from './session-policy.ts'

export interface NewSession extends Session {
  readonly familyHash: Uint8Array<ArrayBuffer>
  readonly idleSeconds: number
  /** The location of the address; null if unknown. */
  readonly place: Place | null
}

/** An ended or live session with which the next sign-in of its user is compared. */
export interface PastSession {
  readonly createdAt: Date
  readonly profile: DeviceProfile
  readonly network: string | null
  readonly place: Place | null
  /** False if the session ended because another party used it, or was suspected to. */
  readonly trusted: boolean
}

/** A risk signal and its weight in the score of a session. */
export interface RaisedSignal {
  readonly signal: RiskSignal
  readonly weight: number
}

/** A presented refresh token and the circumstances of its use. */
export interface Rotation {
  readonly familyHash: Uint8Array<ArrayBuffer>
  readonly generation: number
  /**
   * The transports that the session may have: a token from the body cannot rotate a cookie session, nor the reverse.
   */
  readonly transports: readonly TokenTransport[]
  /** The session that x-csrf-token was issued for; null if none is required. */
  readonly sessionId: string | null
  readonly now: Date
  /** The grace period of replaced tokens: earlier rotations are forgotten after it. */
  readonly graceSeconds: number
  readonly device: Uint8Array<ArrayBuffer>
  readonly ipAddress: string | null
  readonly userAgent: string | null
  /** Limits the sessions of administrators, also those of users who became administrators after signing in. */
  readonly privileged: SessionLifetime
  /** Whether the budget of the session's tenant was charged. False: a session of a tenant with a budget for refreshes is not rotated. */
  readonly tenantCharged: boolean
  readonly audit: AuditEvent
}

/** The latest use of a token of a session. */
export interface SessionUse {
  readonly sessionId: string
  /** The generation that the token was issued with; null for a token that does not name it. */
  readonly generation: number | null
  /** The last proof that the token states, in whole seconds. It names the refresh family: each new one has a new time. */
  readonly provenAt: Date
  readonly usedAt: Date
}

/** How and why sessions are revoked. */
export interface SessionRevocation {
  readonly now: Date
  readonly revokedBy: string | null
  readonly reason: RevocationReason
  /** Until when the revocation is stored: after the expiry of every access token of the sessions. */
  readonly rememberUntil: Date
  /** Written if any session ended, with the number of ended sessions. */
  readonly audit: AuditEvent
  /** A risk signal to add to the sessions that end. */
  readonly raises?: RaisedSignal
}

/** A user after a sign-in, and what their tokens contain, read with the session. */
export interface SignedInUser {
  readonly user: User
  readonly owner: SessionOwner
}

/** The state of an account with which the proofs of a sign-in were compared. If it has changed, no session begins. */
export interface SeenAccount {
  readonly tokenVersion: number
  /** Version of the factors, which decided whether a second step is required; null: a passkey proved two factors. */
  readonly factorVersion: number | null
}

/** A sign-in that is written in one statement. */
export interface SignIn {
  readonly session: NewSession
  /** The state of the user with which the sign-in was assessed. */
  readonly seen: SeenAccount & { readonly loginCount: number }
  /** The session of the same user that this one replaces; null if there is none. It does not count for the limit. */
  readonly replaced: { readonly sessionId: string; readonly revocation: SessionRevocation } | null
  readonly limit: {
    /** Maximum number of live sessions, this one included. */
    readonly sessions: number
    /** How the oldest sessions end that make room; null: nothing changes if there is no room. */
    readonly evict: SessionRevocation | null
  }
  readonly audit: AuditEvent
}

export interface SessionStore {
  /**
   * Opens a session like `open`, and ends the replaced session and those that make room for it, all in one statement
   * with their revocations and audit rows. Returns the user after the change, the owner that tokens are issued to, and the ids of the ended sessions. Null, and
   * nothing changes, if the account was deactivated, differs from `seen`, or there is no
   * room: of parallel sign-ins that have seen the same number, exactly one succeeds.
   */
  signIn(signIn: SignIn): Promise<(SignedInUser & { ended: readonly string[] }) | null>
  /**
   * Inserts a session and counts the sign-in, in one statement with its audit row. Returns the user after the change, and the
   * owner that tokens are issued to; null, and nothing changes, if the account was deactivated or differs from `seen`.
   */
  open(session: NewSession, seen: SeenAccount, audit: AuditEvent): Promise<SignedInUser | null>
  /**
   * Advances a live session from the presented generation to the next one, in one statement with its audit row. Null,
   * and nothing changes, if no live session has that family and generation. Of parallel calls exactly one succeeds. The
   * time of the rotation is the later of `rotation.now` and the time of the database when the statement executes: a
   * statement that waited through an outage must not shorten the grace period.
   */
  rotate(rotation: Rotation): Promise<{ session: SessionState; owner: SessionOwner } | null>
  /**
   * The live or ended session of a family, with its owner and whether the owner may sign in now; null if there is
   * none.
   */
  findByFamily(
    familyHash: Uint8Array<ArrayBuffer>,
    now: Date,
  ): Promise<{ session: SessionState; owner: SessionOwner & { allowed: boolean } } | null>
  /** Like `rotate`, but also succeeds if the row is behind the presented generation. Never moves a session backward. */
  advance(rotation: Rotation): Promise<{ session: SessionState; owner: SessionOwner } | null>
  /**
   * Records a proof in the session: adds its methods, renews its times (see `proofEffects`), and gives the session a new
   * family at generation 0, without a grace period. Returns the session and its owner after the change; null, and nothing changes, if
   * it has ended.
   */
  renewFamily(change: {
    sessionId: string
    familyHash: Uint8Array<ArrayBuffer>
    proof: Proof
    now: Date
  }): Promise<{ session: Session; owner: SessionOwner } | null>
  /** Ends a live session of the user, with its revocation and audit row, in one statement. Null if there is none. */
  revokeOne(
    target: { sessionId: string; userId: string },
    revocation: SessionRevocation,
  ): Promise<Session | null>
  /** Ends all live sessions of the user except one, in the same way. Returns their ids. */
  revokeAll(
    target: { userId: string; exceptSessionId: string | null },
    revocation: SessionRevocation,
  ): Promise<readonly string[]>
  /** Ends the oldest live sessions of the user, in the same way, so that at most `keep` are left. Returns their ids. */
  revokeOldest(
    target: { userId: string; keep: number },
    revocation: SessionRevocation,
  ): Promise<readonly string[]>
  /**
   * Adds a signal to a session, with its audit row, in one statement. False, and nothing changes, if the session has
   * the signal already; of parallel calls exactly one returns true.
   */
  raise(sessionId: string, raised: RaisedSignal, audit: AuditEvent): Promise<boolean>
  /**
   * Sets the device name of a live session of the user, in one statement with its audit row. Null, and nothing changes, if the
   * user has no such session.
   */
  rename(
    target: { sessionId: string; userId: string; name: string },
    now: Date,
    audit: AuditEvent,
  ): Promise<Session | null>
  /**
   * Records uses of the tokens of sessions. The time of the last use changes at most once a minute for each session; a
   * generation counts as seen if it is the present one of the present refresh family of its session. Never waits for a row: returns the ids of the
   * sessions that were not locked by another statement.
   */
  noteUses(uses: readonly SessionUse[]): Promise<readonly string[]>
  findLive(sessionId: string, now: Date): Promise<Session | null>
  /** A live or ended session of the user. Null if there is none, or it belongs to another user. */
  findOwn(sessionId: string, userId: string): Promise<Session | null>
  /** The latest live and ended sessions of a user, newest first. */
  listPast(userId: string, limit: number): Promise<readonly PastSession[]>
  /** One page of the live sessions of a user. */
  listLive(userId: string, page: StorePage, now: Date): Promise<readonly Session[]>
  /**
   * Those of these sessions of the user that were revoked. Expired sessions, and those of other users, are left out.
   */
  listRevoked(userId: string, sessionIds: readonly string[]): Promise<readonly string[]>
  countLive(userId: string, now: Date): Promise<number>
  /** The number of live sessions of all users: exact for a small table, an estimate for a large one. Takes milliseconds in both. */
  estimateLive(now: Date): Promise<number>
  /** Lets every live session of the user end at that time at the latest. */
  endBy(userId: string, until: Date): Promise<void>
  /** Lets a session end at that time if it ends at the deadline of its user (`setEnrolBy`), and counts as a use. Changes no other. */
  liftDeadline(sessionId: string, until: Date, now: Date): Promise<void>
  /**
   * Removes up to `limit` sessions whose maximum lifetime ended before that time. Returns the number of removed
   * sessions.
   */
  purge(endedBefore: Date, limit: number): Promise<number>
}
