import { MultiMap } from '../../lib/collections/multi-map.ts'
import { KeyedMutex } from '../../lib/concurrency/keyed-mutex.ts'
import type { Logger } from '../../lib/observation/logger.ts'
import type { UserViewer } from '../access/viewer.ts'
import { UnavailableError } from '../refusals.ts'
import type { Revocation } from '../tokens/revocation.ts'
import type { RevocationMonitor } from '../tokens/revocation-ports.ts'
import type { SessionChannel } from './session-channel.ts'
import type { SessionStarted } from './session-event.ts'
import { SessionListener } from './session-listener.ts'
import { snapshotSessions } from './session-snapshot.ts'
import type { SessionStore } from './session-store.ts'
import type { SessionStream } from './session-stream.ts'
import { StreamSlots, type StreamSlotsDeps } from './stream-slots.ts'

export interface SessionStreamsDeps extends StreamSlotsDeps {
  readonly sessions: Pick<SessionStore, 'listLive' | 'listRevoked'>
  readonly revocations: RevocationMonitor
  readonly channel: SessionChannel
  readonly logger: Logger
}

const tickMs = 1000
/**
 * Number of consecutive ticks without current revocations after which streams end. A process that was paused has no
 * current revocations until its next poll, which is due within a second.
 */
const maxTicksCutOff = 3

/**
 * Streams of events about the sessions of an account, for the subscribers of this process. A stream ends with the
 * access token that opened it, or with its session; the client receives the reason as an event.
 */
export class SessionStreams {
  readonly #deps: SessionStreamsDeps
  readonly #slots: StreamSlots
  /** The listeners that know a session, and those that were opened with a token: a revocation concerns no others. */
  readonly #bySession = new MultiMap<string, SessionListener>()
  readonly #byToken = new MultiMap<string, SessionListener>()
  /** Takes one snapshot of a user at a time, so that an older one cannot be applied after a newer one. */
  readonly #mutex = new KeyedMutex()
  #ticksCutOff = 0
  #closed = false
  #timer: NodeJS.Timeout | null = null

  constructor(deps: SessionStreamsDeps) {
    this.#deps = deps
    this.#slots = new StreamSlots(deps)
  }

  /** Subscribes to revocations and to new sessions. */
  async start(): Promise<void> {
    this.#deps.revocations.listen((revocations) => this.#revoked(revocations))
    await this.#deps.channel.subscribe((started) => this.#started(started))
  }

  /**
   * Opens a stream of the events from now on.
   * @throws RateLimitedProblem if the session, account or address has too many streams; UnavailableError if the process
   * has too many or is stopping; and what the store throws
   */
  async open(viewer: UserViewer, address: string | null): Promise<SessionStream> {
    const listener = this.#admit(viewer, address)
    try {
      await this.#compare(viewer.userId)
      // A revocation between the check of the token and now was not delivered to this listener.
      if (await this.#deps.revocations.isRevoked(viewer)) listener.stream.end()
    } catch (error) {
      listener.stream.end()
      throw error
    }
    return listener.stream
  }

  /** Ends every stream and refuses new ones. Clients subscribe again at another process. */
  close(): void {
    this.#closed = true
    this.#endAll()
  }

  #admit(viewer: UserViewer, address: string | null): SessionListener {
    if (this.#closed) throw new UnavailableError()
    const listener: SessionListener = new SessionListener(viewer, address, this.#bySession, () =>
      this.#forget(listener),
    )
    try {
      this.#slots.add(listener)
    } catch (error) {
      listener.stream.end()
      throw error
    }
    this.#byToken.add(viewer.tokenId, listener)
    this.#timer ??= setInterval(() => this.#tick(), tickMs).unref()
    return listener
  }

  #forget(listener: SessionListener): void {
    this.#slots.remove(listener)
    this.#byToken.delete(listener.viewer.tokenId, listener)
    if (this.#slots.size > 0 || this.#timer === null) return
    this.#ticksCutOff = 0
    clearInterval(this.#timer)
    this.#timer = null
  }

  #tick(): void {
    const now = this.#deps.clock.now()
    for (const listener of this.#slots.all()) listener.checkTime(now)
    this.#ticksCutOff = this.#deps.revocations.isCutOff ? this.#ticksCutOff + 1 : 0
    if (this.#ticksCutOff < maxTicksCutOff) return
    // Clients that subscribe again are authenticated again, against the database.
    this.#deps.logger.warn(
      { streams: this.#slots.size },
      'streams of session events were ended: revocations cannot be read',
    )
    this.#endAll()
  }

  #endAll(): void {
    for (const listener of this.#slots.all()) listener.stream.end()
  }

  #started({ userId, sessionId, at }: SessionStarted): void {
    // The message about the end of the session may have overtaken this one.
    if (this.#deps.revocations.knowsSession(sessionId)) return
    for (const listener of this.#slots.of(userId)) listener.notifyStarted(sessionId, at)
  }

  #revoked(revocations: readonly Revocation[]): void {
    if (this.#slots.size === 0) return
    const now = this.#deps.clock.now()
    for (const revocation of revocations) {
      if (revocation.kind === 'USER') void this.#userRevoked(revocation.userId)
      if (revocation.kind === 'TOKEN') this.#tokenRevoked(revocation.tokenId)
    }
    if (revocations.some(({ kind }) => kind === 'ACCESS')) this.#accessChanged()
    if (revocations.some(({ kind }) => kind === 'TENANT')) this.#tenantsChanged(now)
    const sessionIds = revocations.flatMap((one) => (one.kind === 'SESSION' ? [one.sessionId] : []))
    // The end of a subscriber's own session ends the stream, so it is reported last.
    for (const isOwn of [false, true]) this.#sessionsRevoked(sessionIds, isOwn, now)
  }

  #tokenRevoked(tokenId: string): void {
    for (const { stream } of this.#byToken.of(tokenId)) stream.end()
  }

  /** Clients open a new stream with a token that has the present roles. */
  #accessChanged(): void {
    for (const { stream, viewer } of this.#slots.all())
      if (this.#deps.revocations.knowsAccess(viewer)) stream.end()
  }

  /** A deactivation ends every session of its tenant. Their ids are not in its revocation: each client hears of its own. */
  #tenantsChanged(now: Date): void {
    for (const listener of this.#slots.all())
      if (this.#deps.revocations.knowsTenant(listener.viewer))
        listener.notifyRevoked(listener.viewer.sessionId, now)
  }

  #sessionsRevoked(sessionIds: readonly string[], isOwn: boolean, now: Date): void {
    for (const sessionId of sessionIds)
      for (const listener of this.#bySession.of(sessionId))
        if ((listener.viewer.sessionId === sessionId) === isOwn) listener.notifyRevoked(sessionId, now)
  }

  /** The revocation of a user does not contain which of their sessions ended; some may go on. */
  async #userRevoked(userId: string): Promise<void> {
    const { revocations, logger } = this.#deps
    if (this.#slots.of(userId).length === 0) return
    try {
      await this.#compare(userId)
      const minimum = revocations.minimumTokenVersion(userId)
      for (const listener of this.#slots.of(userId))
        if (listener.viewer.tokenVersion < minimum) listener.stream.end()
    } catch (error) {
      logger.warn({ error }, 'streams of session events were ended: the sessions cannot be read')
      for (const listener of this.#slots.of(userId)) listener.stream.end()
    }
  }

  /** Takes a snapshot and reports the changes. Messages that arrive during the query are newer than the snapshot. */
  #compare(userId: string): Promise<void> {
    const { sessions, revocations, clock } = this.#deps
    return this.#mutex.run(userId, async () => {
      const listeners = this.#slots.of(userId).map((listener) => ({ listener, known: listener.known }))
      const known = new Set(listeners.flatMap((each) => [...each.known]))
      const snapshot = await snapshotSessions(sessions, userId, known, clock.now())
      const isRevoked = (sessionId: string) => revocations.knowsSession(sessionId)
      for (const each of listeners) each.listener.applySnapshot(each.known, snapshot, isRevoked, clock.now())
    })
  }
}
