import type { UserViewer } from '../access/viewer.ts'
import type { Revocation } from '../tokens/revocation.ts'
import type { SessionSnapshot } from './session-snapshot.ts'
import { SessionStream } from './session-stream.ts'

/** How long before the end of its token a listener is told. */
const noticeMs = 30_000

/** A client that was gone before its stream began reads nothing: nobody else would end it before its token does. */
const maxUnreadMs = 30_000

/** One client that listens: what it knows of, and what it is to hear. */
export class SessionListener {
  readonly viewer: UserViewer
  /** Where it is; null = unknown. */
  readonly address: string | null
  readonly stream: SessionStream
  /** The sessions whose end it is to hear of. */
  readonly #known: Set<string>
  /** Those whose end it has heard of: no reading from before that brings them back. */
  readonly #ended = new Set<string>()
  #begun = false
  #warned = false
  #unreadSince: Date | null = null

  constructor(viewer: UserViewer, address: string | null, onEnd: () => void) {
    this.viewer = viewer
    this.address = address
    this.stream = new SessionStream(onEnd)
    this.#known = new Set([viewer.sessionId])
  }

  /** What it knows of now: a reading that is asked for from here on tells of the end of these, and of no others. */
  get known(): ReadonlySet<string> {
    return new Set(this.#known)
  }

  hearStarted(sessionId: string, at: Date): void {
    if (this.#known.has(sessionId) || this.#ended.has(sessionId)) return
    this.#known.add(sessionId)
    this.stream.push({ type: 'NEW_SESSION', sessionId, at })
  }

  hearRevoked(revocation: Revocation, now: Date): void {
    if (revocation.kind === 'TOKEN' && revocation.tokenId === this.viewer.tokenId) this.stream.end()
    if (revocation.kind === 'SESSION') this.#end(revocation.sessionId, now)
  }

  /**
   * What has changed by a reading. The first one tells it what there is, which is nothing new.
   * @param asked what it knew of before the reading: of the rest, it may have heard since
   * @param isRevoked whether a session of the reading has ended since
   */
  compare(
    asked: ReadonlySet<string>,
    { live, revoked }: SessionSnapshot,
    isRevoked: (sessionId: string) => boolean,
    now: Date,
  ): void {
    // With its own session the stream ends: whatever else there is to tell comes before.
    const { sessionId: own } = this.viewer
    for (const sessionId of [...[...asked].filter((id) => id !== own), own]) {
      if (revoked.has(sessionId)) this.#end(sessionId, now)
      else if (!live.has(sessionId)) this.#forget(sessionId)
    }
    for (const [sessionId, at] of live) {
      if (this.#begun) isRevoked(sessionId) || this.hearStarted(sessionId, at)
      else this.#meet(sessionId, isRevoked(sessionId), now)
    }
    this.#begun = true
  }

  watchClock(now: Date): void {
    const { sessionId, tokenExpiresAt: at } = this.viewer
    if (!this.#warned && now.getTime() >= at.getTime() - noticeMs) {
      this.#warned = true
      this.stream.push({ type: 'EXPIRING', sessionId, at })
    }
    if (now >= at || this.#isForsaken(now)) this.stream.end()
  }

  #isForsaken(now: Date): boolean {
    this.#unreadSince = this.stream.isRead ? null : (this.#unreadSince ?? now)
    return this.#unreadSince !== null && now.getTime() - this.#unreadSince.getTime() > maxUnreadMs
  }

  #meet(sessionId: string, revoked: boolean, now: Date): void {
    if (this.#ended.has(sessionId)) return
    this.#known.add(sessionId)
    if (revoked) this.#end(sessionId, now)
  }

  #end(sessionId: string, at: Date): void {
    if (!this.#known.has(sessionId)) return
    this.#ended.add(sessionId)
    this.stream.push({ type: 'REVOKED', sessionId, at })
    this.#forget(sessionId)
  }

  /** A session that ran out is not told of: its own client knows. */
  #forget(sessionId: string): void {
    this.#known.delete(sessionId)
    if (sessionId === this.viewer.sessionId) this.stream.end()
  }
}
