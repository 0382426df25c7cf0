import type { MultiMap } from '../../lib/collections/multi-map.ts'
import type { UserViewer } from '../access/viewer.ts'
import type { SessionSnapshot } from './session-snapshot.ts'
import { SessionStream } from './session-stream.ts'

/** Time between the event EXPIRING and the expiry of the access token. */
const noticeMs = 30_000

/** A stream that is not read for this long ends. This covers clients that disconnected before their stream began. */
const maxUnreadMs = 30_000

/** A subscriber to session events: its stream, and the sessions that the client knows of. */
export class SessionListener {
  readonly viewer: UserViewer
  /** The address of the client; null if unknown. */
  readonly address: string | null
  readonly stream: SessionStream
  /** Sessions whose end will be reported. Each of them is also in the index. */
  readonly #known = new Set<string>()
  readonly #index: MultiMap<string, SessionListener>
  /** Sessions whose end was reported. An older snapshot does not bring them back. */
  readonly #ended = new Set<string>()
  #hasSnapshot = false
  #warned = false
  #unreadSince: Date | null = null

  /**
   * @param index the listeners of each session; contains this one for each session that it knows, until its stream ends
   * @param onEnd called once, when the stream ends
   */
  constructor(
    viewer: UserViewer,
    address: string | null,
    index: MultiMap<string, SessionListener>,
    onEnd: () => void,
  ) {
    this.viewer = viewer
    this.address = address
    this.#index = index
    this.stream = new SessionStream(() => {
      for (const sessionId of this.#known) index.delete(sessionId, this)
      onEnd()
    })
    this.#know(viewer.sessionId)
  }

  /** The sessions known now. A snapshot that is taken from now on can report the end of these, and of no others. */
  get known(): ReadonlySet<string> {
    return new Set(this.#known)
  }

  notifyStarted(sessionId: string, at: Date): void {
    if (this.#known.has(sessionId) || this.#ended.has(sessionId)) return
    this.#know(sessionId)
    this.stream.push({ type: 'NEW_SESSION', sessionId, at })
  }

  /** Reports the end of a session, if this listener knows it. */
  notifyRevoked(sessionId: string, at: Date): void {
    if (!this.#known.has(sessionId)) return
    this.#ended.add(sessionId)
    this.stream.push({ type: 'REVOKED', sessionId, at })
    this.#forget(sessionId)
  }

  /**
   * Reports the changes in a snapshot. The first snapshot only makes the existing sessions known.
   * @param knownBefore the sessions that were known before the snapshot was taken; others may have been reported since
   * @param isRevoked whether a session of the snapshot was revoked since
   */
  applySnapshot(
    knownBefore: ReadonlySet<string>,
    { live, revoked }: SessionSnapshot,
    isRevoked: (sessionId: string) => boolean,
    now: Date,
  ): void {
    // The end of the subscriber's own session ends the stream, so it is reported last.
    const { sessionId: own } = this.viewer
    for (const sessionId of [...[...knownBefore].filter((id) => id !== own), own]) {
      if (revoked.has(sessionId)) this.notifyRevoked(sessionId, now)
      else if (!live.has(sessionId)) this.#forget(sessionId)
    }
    for (const [sessionId, at] of live) {
      if (this.#hasSnapshot) isRevoked(sessionId) || this.notifyStarted(sessionId, at)
      else this.#addExisting(sessionId, isRevoked(sessionId), now)
    }
    this.#hasSnapshot = true
  }

  /** Reports the coming expiry of the access token. Ends the stream when the token expires, or if no one reads. */
  checkTime(now: Date): void {
    const { sessionId, tokenExpiresAt: at } = this.viewer
    if (!this.#warned && now.getTime() >= at.getTime() - noticeMs) {
      this.#warned = true
      this.stream.push({ type: 'EXPIRING', sessionId, at })
    }
    if (now >= at || this.#isAbandoned(now)) this.stream.end()
  }

  #isAbandoned(now: Date): boolean {
    this.#unreadSince = this.stream.hasReader ? null : (this.#unreadSince ?? now)
    return this.#unreadSince !== null && now.getTime() - this.#unreadSince.getTime() > maxUnreadMs
  }

  #addExisting(sessionId: string, revoked: boolean, now: Date): void {
    if (this.#ended.has(sessionId)) return
    this.#know(sessionId)
    if (revoked) this.notifyRevoked(sessionId, now)
  }

  #know(sessionId: string): void {
    this.#known.add(sessionId)
    if (!this.stream.hasEnded) this.#index.add(sessionId, this)
  }

  /** The end of an expired session is not reported, since its own client knows. */
  #forget(sessionId: string): void {
    this.#known.delete(sessionId)
    this.#index.delete(sessionId, this)
    if (sessionId === this.viewer.sessionId) this.stream.end()
  }
}
