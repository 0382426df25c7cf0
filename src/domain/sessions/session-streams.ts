import { KeyedMutex } from '../../lib/keyed-mutex.ts'
import type { Logger } from '../../lib/logger.ts'
import type { UserViewer } from '../access/viewer.ts'
import { UnavailableError } from '../refusals.ts'
import type { Revocation } from '../tokens/revocation.ts'
import type { RevocationList } from '../tokens/revocation-list.ts'
import type { SessionChannel } from './session-channel.ts'
import type { SessionStarted } from './session-event.ts'
import { SessionListener } from './session-listener.ts'
import { snapshotSessions } from './session-snapshot.ts'
import type { SessionStore } from './session-store.ts'
import type { SessionStream } from './session-stream.ts'
import { StreamSlots, type StreamSlotsDeps } from './stream-slots.ts'

export interface SessionStreamsDeps extends StreamSlotsDeps {
  readonly sessions: Pick<SessionStore, 'listLive' | 'listRevoked'>
  readonly revocations: Pick<
    RevocationList,
    'listen' | 'minimumTokenVersion' | 'isRevoked' | 'knowsSession' | 'isCutOff'
  >
  readonly channel: SessionChannel
  readonly logger: Logger
}

const tickMs = 1000
/** A process that was paused is cut off until its next poll, which is due within a second. */
const ticksToBelieve = 3

/**
 * Whoever listens in this process to what happens to the sessions of his account. A stream lives no longer than the access
 * token that opened it, and is told what it ends of: its session is revoked, or its token runs out.
 */
export class SessionStreams {
  readonly #deps: SessionStreamsDeps
  readonly #places: StreamSlots
  /** One reading of a user's sessions at a time: an older one must not overrule a newer one. */
  readonly #turns = new KeyedMutex()
  #ticksCutOff = 0
  #closed = false
  #timer: NodeJS.Timeout | null = null

  constructor(deps: SessionStreamsDeps) {
    this.#deps = deps
    this.#places = new StreamSlots(deps)
  }

  /** From now on it hears of revocations and of new sessions. */
  async start(): Promise<void> {
    this.#deps.revocations.listen((revocations) => this.#revoked(revocations))
    await this.#deps.channel.subscribe((started) => this.#started(started))
  }

  /**
   * What happens from now on. @throws RateLimitedProblem when the session or the address has too many streams,
   * UnavailableError when the process has or is about to stop, and what the store throws
   */
  async open(viewer: UserViewer, address: string | null): Promise<SessionStream> {
    const listener = this.#admit(viewer, address)
    try {
      await this.#compare(viewer.userId)
      // What was revoked between the check of the token and now was told to nobody.
      if (await this.#deps.revocations.isRevoked(viewer)) listener.stream.end()
    } catch (error) {
      listener.stream.end()
      throw error
    }
    return listener.stream
  }

  /** Ends every stream, and admits no other: the clients ask another process. */
  close(): void {
    this.#closed = true
    this.#endAll()
  }

  #admit(viewer: UserViewer, address: string | null): SessionListener {
    if (this.#closed) throw new UnavailableError()
    const listener: SessionListener = new SessionListener(viewer, address, () => this.#forget(listener))
    this.#places.take(listener)
    this.#timer ??= setInterval(() => this.#tick(), tickMs).unref()
    return listener
  }

  #forget(listener: SessionListener): void {
    this.#places.leave(listener)
    if (this.#places.size > 0 || this.#timer === null) return
    this.#ticksCutOff = 0
    clearInterval(this.#timer)
    this.#timer = null
  }

  #tick(): void {
    const now = this.#deps.clock.now()
    for (const listener of this.#places.all()) listener.watchClock(now)
    this.#ticksCutOff = this.#deps.revocations.isCutOff ? this.#ticksCutOff + 1 : 0
    if (this.#ticksCutOff < ticksToBelieve) return
    // Whoever comes back is asked for his token anew, and told what can be told.
    this.#deps.logger.warn(
      { streams: this.#places.size },
      'streams of session events were ended: revocations cannot be read',
    )
    this.#endAll()
  }

  #endAll(): void {
    for (const listener of this.#places.all()) listener.stream.end()
  }

  #started({ userId, sessionId, at }: SessionStarted): void {
    // The news of its end may have overtaken that of its beginning.
    if (this.#deps.revocations.knowsSession(sessionId)) return
    for (const listener of this.#places.of(userId)) listener.hearStarted(sessionId, at)
  }

  #revoked(revocations: readonly Revocation[]): void {
    if (this.#places.size === 0) return
    const now = this.#deps.clock.now()
    for (const revocation of revocations) {
      if (revocation.kind === 'USER') void this.#refused(revocation.userId)
      else for (const listener of this.#places.all()) listener.hearRevoked(revocation, now)
    }
  }

  /** A revocation of a user does not say which of his sessions have ended: that of some may go on. */
  async #refused(userId: string): Promise<void> {
    const { revocations, logger } = this.#deps
    if (this.#places.of(userId).length === 0) return
    try {
      await this.#compare(userId)
      const minimum = revocations.minimumTokenVersion(userId)
      for (const listener of this.#places.of(userId))
        if (listener.viewer.tokenVersion < minimum) listener.stream.end()
    } catch (error) {
      logger.warn({ error }, 'streams of session events were ended: the sessions cannot be read')
      for (const listener of this.#places.of(userId)) listener.stream.end()
    }
  }

  /** Tells whoever listens what has changed. Messages go on arriving meanwhile, and are newer than what is read. */
  #compare(userId: string): Promise<void> {
    const { sessions, revocations, clock } = this.#deps
    return this.#turns.run(userId, async () => {
      const asked = this.#places.of(userId).map((listener) => ({ listener, known: listener.known }))
      const everything = new Set(asked.flatMap(({ known }) => [...known]))
      const roll = await snapshotSessions(sessions, userId, everything, clock.now())
      const isRevoked = (sessionId: string) => revocations.knowsSession(sessionId)
      for (const { listener, known } of asked) listener.compare(known, roll, isRevoked, clock.now())
    })
  }
}
