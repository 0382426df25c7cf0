import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { RevocableToken, Revocation } from './revocation.ts'
import type { RevocationChannel } from './revocation-channel.ts'
import type { RevocationStore } from './revocation-store.ts'

export interface RevocationListDeps {
  readonly store: RevocationStore
  readonly channel: RevocationChannel
  readonly clock: Clock
  readonly logger: Logger
  /** Beyond this age of the last good poll, the database is asked for each token. */
  readonly stalenessSeconds: number
}

const pollMs = 1000
/** Polls overlap by this much: longer than a statement may take and clocks of two processes may differ. */
const overlapMs = 10_000

/**
 * The live revocations, in memory: a request is checked without any network. New rows arrive by the channel at once
 * and by polling within a second; when polls fail for too long, the database is asked, and when it cannot answer, the
 * caller gets its error: a token is never accepted on a guess.
 */
export class RevocationList {
  readonly #deps: RevocationListDeps
  readonly #sessions = new Map<string, number>()
  readonly #users = new Map<string, { minimum: number; expiresAt: number }>()
  readonly #tokens = new Map<string, number>()
  #lastGoodPoll: { at: Date; monotonicMs: number } | null = null
  /** How often somebody has doubted, and up to which of those times a later poll has told. */
  #doubts = 0
  #settledDoubts = 0
  #timer: NodeJS.Timeout | null = null

  constructor(deps: RevocationListDeps) {
    this.#deps = deps
  }

  /** Subscribes, loads everything that is live, then polls. Throws when the first load fails. */
  async start(): Promise<void> {
    await this.#deps.channel.subscribe((revocations) => this.#learn(revocations))
    await this.poll()
    this.#schedule()
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  /** Whether the token has been revoked. Throws what the store throws when it had to be asked and cannot answer. */
  async isRevoked(token: RevocableToken): Promise<boolean> {
    if (this.#knows(token)) return true
    return this.#isStale() ? this.#deps.store.isRevoked(token, this.#deps.clock.now()) : false
  }

  /** To be called after the commit of a revocation: this process knows at once, the others hear of it. */
  announce(revocations: readonly Revocation[]): void {
    this.#learn(revocations)
    this.#deps.channel.publish(revocations)
  }

  /**
   * To be called when a revocation failed without telling whether it was committed: until the next good poll, the
   * database is asked for each token.
   */
  doubt(): void {
    this.#doubts += 1
  }

  async poll(): Promise<void> {
    const doubts = this.#doubts
    const now = this.#deps.clock.now()
    const monotonicMs = this.#deps.clock.monotonicMs()
    this.#learn(await this.#deps.store.listSince(this.#since(now), now))
    this.#lastGoodPoll = { at: now, monotonicMs }
    this.#settledDoubts = doubts
    this.#forgetExpired(now.getTime())
  }

  #knows(token: RevocableToken): boolean {
    if (this.#sessions.has(token.sessionId) || this.#tokens.has(token.tokenId)) return true
    const user = this.#users.get(token.userId)
    return user !== undefined && token.tokenVersion < user.minimum
  }

  #isStale(): boolean {
    if (this.#lastGoodPoll === null || this.#doubts > this.#settledDoubts) return true
    const ageMs = this.#deps.clock.monotonicMs() - this.#lastGoodPoll.monotonicMs
    return ageMs > this.#deps.stalenessSeconds * 1000
  }

  /** Where the next poll begins. A clock that was set back may have been ahead before, when too much was forgotten. */
  #since(now: Date): Date | null {
    if (this.#lastGoodPoll === null || now < this.#lastGoodPoll.at) return null
    return new Date(this.#lastGoodPoll.at.getTime() - overlapMs)
  }

  #schedule(): void {
    this.#timer = setTimeout(async () => {
      try {
        await this.poll()
      } catch (error) {
        this.#deps.logger.warn({ error }, 'revocations could not be polled')
      }
      if (this.#timer !== null) this.#schedule()
    }, pollMs)
    this.#timer.unref()
  }

  #learn(revocations: readonly Revocation[]): void {
    for (const revocation of revocations) {
      const expiresAt = revocation.expiresAt.getTime()
      if (revocation.kind === 'SESSION') prolong(this.#sessions, revocation.sessionId, expiresAt)
      if (revocation.kind === 'TOKEN') prolong(this.#tokens, revocation.tokenId, expiresAt)
      if (revocation.kind === 'USER') {
        const known = this.#users.get(revocation.userId)
        const minimum = Math.max(known?.minimum ?? 0, revocation.minimumTokenVersion)
        this.#users.set(revocation.userId, { minimum, expiresAt: Math.max(known?.expiresAt ?? 0, expiresAt) })
      }
    }
  }

  #forgetExpired(now: number): void {
    for (const [id, expiresAt] of this.#sessions) if (expiresAt <= now) this.#sessions.delete(id)
    for (const [id, expiresAt] of this.#tokens) if (expiresAt <= now) this.#tokens.delete(id)
    for (const [id, { expiresAt }] of this.#users) if (expiresAt <= now) this.#users.delete(id)
  }
}

/** What has been revoked stays so for the longest time that anybody has told. */
function prolong(expiries: Map<string, number>, id: string, expiresAt: number): void {
  expiries.set(id, Math.max(expiries.get(id) ?? 0, expiresAt))
}
