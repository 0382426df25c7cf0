import type { UserViewer } from '../access/viewer.ts'
import type { Revocation } from '../tokens/revocation.ts'
import { SessionStream } from './session-stream.ts'

/** How long before the end of its token a listener is told. */
const noticeMs = 30_000

/** A client that was gone before its stream began reads nothing: nobody else would end it before its token does. */
const longestUnreadMs = 30_000

/** One client that listens: what it knows of, and what it is to hear. */
export class SessionListener {
  readonly viewer: UserViewer
  readonly stream: SessionStream
  /** The sessions whose end it is to hear of. */
  readonly #known: Set<string>
  #warned = false
  #unreadSince: Date | null = null

  constructor(viewer: UserViewer, onEnd: () => void) {
    this.viewer = viewer
    this.stream = new SessionStream(onEnd)
    this.#known = new Set([viewer.sessionId])
  }

  hearStarted(sessionId: string, at: Date): void {
    if (this.#known.has(sessionId)) return
    this.#known.add(sessionId)
    this.stream.push({ type: 'NEW_SESSION', sessionId, at })
  }

  hearRevoked(revocation: Revocation, now: Date): void {
    if (revocation.kind === 'TOKEN' && revocation.tokenId === this.viewer.tokenId) this.stream.end()
    if (revocation.kind === 'SESSION') this.#end(revocation.sessionId, now)
  }

  /** Takes these for all there are: what it knew of besides has ended. */
  compare(live: ReadonlySet<string>, now: Date): void {
    for (const sessionId of [...this.#known]) if (!live.has(sessionId)) this.#end(sessionId, now)
    for (const sessionId of live) this.#known.add(sessionId)
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
    return this.#unreadSince !== null && now.getTime() - this.#unreadSince.getTime() > longestUnreadMs
  }

  #end(sessionId: string, at: Date): void {
    if (!this.#known.delete(sessionId)) return
    this.stream.push({ type: 'REVOKED', sessionId, at })
    if (sessionId === this.viewer.sessionId) this.stream.end()
  }
}
