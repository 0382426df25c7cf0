import { clientNetwork } from '../../lib/client-network.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Gauges } from '../../lib/metrics.ts'
import { RateLimitedProblem } from '../problems.ts'
import { UnavailableError } from '../refusals.ts'
import type { SessionListener } from './session-listener.ts'

export interface StreamSlotsDeps {
  readonly clock: Clock
  readonly gauges: Gauges
  /** Addresses for which no limit applies. */
  isExempt(address: string): boolean
}

const maxStreamsPerSession = 5
const maxStreamsPerUser = 20
/** An office behind one address, and not a replica full of the streams of one machine. */
const maxStreamsPerAddress = 500
const maxStreams = 2000
const retryAfterSeconds = 60

/**
 * Who listens in this process, and how many of them there may be. A session that has all it may have is refused more:
 * its own pages hold them. In an account at its limit, the oldest stream ends of the session that would have the most,
 * of several the one that signed in last: whoever has stolen the password signs in after the owner, and can silence no
 * session but younger ones. When that one is the newcomer's own, the newcomer is refused.
 */
export class StreamSlots {
  readonly #deps: StreamSlotsDeps
  readonly #byUser = new Map<string, Set<SessionListener>>()
  readonly #byNetwork = new Map<string, number>()
  #size = 0

  constructor(deps: StreamSlotsDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#size
  }

  /**
   * @throws RateLimitedProblem when the session or the address has too many, or the account, and none may end for this one
   * @throws UnavailableError when the process has too many
   */
  take(listener: SessionListener): void {
    const { userId, sessionId } = listener.viewer
    const ofUser = this.of(userId)
    if (ofUser.filter(({ viewer }) => viewer.sessionId === sessionId).length >= maxStreamsPerSession)
      throw this.#tooMany('streams of this session', maxStreamsPerSession)
    if (this.#countOf(listener) >= maxStreamsPerAddress)
      throw this.#tooMany('streams of this address', maxStreamsPerAddress)
    if (ofUser.length >= maxStreamsPerUser) this.#endOneFor(listener, ofUser)
    if (this.#size >= maxStreams) throw new UnavailableError()
    this.#byUser.set(userId, new Set([...this.of(userId), listener]))
    this.#count(listener, 1)
  }

  /** Whoever has no place is none of its business. */
  leave(listener: SessionListener): void {
    const { userId } = listener.viewer
    const ofUser = this.#byUser.get(userId)
    if (ofUser?.delete(listener) !== true) return
    if (ofUser.size === 0) this.#byUser.delete(userId)
    this.#count(listener, -1)
  }

  /** In the order in which they came; a copy, as whoever is told something may leave. */
  of(userId: string): readonly SessionListener[] {
    return [...(this.#byUser.get(userId) ?? [])]
  }

  all(): readonly SessionListener[] {
    return [...this.#byUser.values()].flatMap((listeners) => [...listeners])
  }

  #endOneFor(newcomer: SessionListener, ofUser: readonly SessionListener[]): void {
    const [youngest, ...others] = sessionsOfTheMost([...ofUser, newcomer])
    if (others.length > 0 && youngest === newcomer.viewer.sessionId)
      throw this.#tooMany('streams of this account', maxStreamsPerUser)
    ofUser.find(({ viewer }) => viewer.sessionId === youngest)?.stream.end()
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

/** The youngest first: their ids begin with the time at which they were made. */
function sessionsOfTheMost(listeners: readonly SessionListener[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { viewer } of listeners) counts.set(viewer.sessionId, (counts.get(viewer.sessionId) ?? 0) + 1)
  const most = Math.max(...counts.values())
  const sessions = [...counts.keys()].filter((sessionId) => counts.get(sessionId) === most)
  return sessions.sort().reverse()
}
