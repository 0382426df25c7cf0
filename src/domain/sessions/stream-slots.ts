import { MultiMap } from '../../lib/collections/multi-map.ts'
import { clientNetwork } from '../../lib/network/client-network.ts'
import type { Gauges } from '../../lib/observation/metrics.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { RateLimitedProblem } from '../problems.ts'
import { UnavailableError } from '../refusals.ts'
import type { SessionListener } from './session-listener.ts'

export interface StreamSlotsDeps {
  readonly clock: Clock
  readonly gauges: Gauges
  /** Whether the limit per address does not apply to an address. */
  isExempt(address: string): boolean
}

const maxStreamsPerSession = 5
const maxStreamsPerUser = 20
/** Sufficient for an office behind one address, but one machine cannot occupy the whole process. */
const maxStreamsPerAddress = 500
const maxStreams = 2000
const retryAfterSeconds = 60

/**
 * Bounds the number of streams in this process. A session at its limit is refused, since its own pages hold the
 * streams. In an account at its limit, the oldest stream of the session with the most streams ends; on a tie, of the
 * most recent session. Therefore an attacker who signs in with a stolen password, after the owner, cannot end the
 * streams of the owner's older sessions. If the session to evict from is that of the new stream, the new stream is
 * refused.
 */
export class StreamSlots {
  readonly #deps: StreamSlotsDeps
  readonly #byUser = new MultiMap<string, SessionListener>()
  readonly #byNetwork = new Map<string, number>()
  #size = 0

  constructor(deps: StreamSlotsDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#size
  }

  /**
   * Adds a listener; may end the stream of another one.
   * @throws RateLimitedProblem if the session, the address or the account has too many streams
   * @throws UnavailableError if the process has too many streams
   */
  add(listener: SessionListener): void {
    const { userId, sessionId } = listener.viewer
    const ofUser = this.of(userId)
    if (ofUser.filter(({ viewer }) => viewer.sessionId === sessionId).length >= maxStreamsPerSession)
      throw this.#tooMany('streams of this session', maxStreamsPerSession)
    if (this.#countOf(listener) >= maxStreamsPerAddress)
      throw this.#tooMany('streams of this address', maxStreamsPerAddress)
    if (ofUser.length >= maxStreamsPerUser) this.#evictFor(listener, ofUser)
    if (this.#size >= maxStreams) throw new UnavailableError()
    this.#byUser.add(userId, listener)
    this.#count(listener, 1)
  }

  /** Removes a listener; does nothing if it was not added. */
  remove(listener: SessionListener): void {
    if (this.#byUser.delete(listener.viewer.userId, listener)) this.#count(listener, -1)
  }

  /** The listeners of a user in the order in which they were added. A copy, since notified listeners can be removed. */
  of(userId: string): readonly SessionListener[] {
    return this.#byUser.of(userId)
  }

  all(): readonly SessionListener[] {
    return this.#byUser.all()
  }

  #evictFor(newcomer: SessionListener, ofUser: readonly SessionListener[]): void {
    const [latest, ...others] = sessionsWithMostStreams([...ofUser, newcomer])
    if (others.length > 0 && latest === newcomer.viewer.sessionId)
      throw this.#tooMany('streams of this account', maxStreamsPerUser)
    ofUser.find(({ viewer }) => viewer.sessionId === latest)?.stream.end()
  }

  #countOf({ address }: SessionListener): number {
    if (address === null || this.#deps.isExempt(address)) return 0
    return this.#byNetwork.get(clientNetwork(address)) ?? 0
  }

  #count({ address }: SessionListener, change: 1 | -1): void {
    this.#size += change
    this.#deps.gauges.set('session_streams', this.#size)
    if (address === null) return
    const network = clientNetwork(address)
    const count = (this.#byNetwork.get(network) ?? 0) + change
    if (count > 0) this.#byNetwork.set(network, count)
    else this.#byNetwork.delete(network)
  }

  #tooMany(what: string, limit: number): RateLimitedProblem {
    const resetsAt = new Date(this.#deps.clock.now().getTime() + retryAfterSeconds * 1000)
    return new RateLimitedProblem({ limit, remaining: 0, retryAfterSeconds, resetsAt }, what)
  }
}

/** The ids of the sessions with the most streams, most recent first: ids sort by time. */
function sessionsWithMostStreams(listeners: readonly SessionListener[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { viewer } of listeners) counts.set(viewer.sessionId, (counts.get(viewer.sessionId) ?? 0) + 1)
  const max = Math.max(...counts.values())
  const sessions = [...counts.keys()].filter((sessionId) => counts.get(sessionId) === max)
  return sessions.sort().reverse()
}
