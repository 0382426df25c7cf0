import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import { ExpiringIds } from './expiring-ids.ts'
import type { RevocableToken, Revocation } from './revocation.ts'
import type { RevocationChannel } from './revocation-channel.ts'
import type { RevocationLookup, RevocationPublisher } from './revocation-ports.ts'
import { positionBefore, type RevocationStore } from './revocation-store.ts'

export interface RevocationListDeps {
  readonly store: RevocationStore
  readonly channel: RevocationChannel
  readonly clock: Clock
  readonly logger: Logger
  /** Beyond this age of the last good poll, the database is asked for each token. */
  readonly stalenessSeconds: number
}

/** How many revocations are remembered, until no access token that they name can be alive any more. */
export interface RevocationStats {
  readonly revokedSessions: number
  readonly revokedUsers: number
  readonly revokedTokens: number
  /** When the first of them is forgotten; null where there is none. */
  readonly oldestExpiresAt: Date | null
}

/** A start learns everything, which may be a million. */
const pageSize = 10_000
const pollMs = 1000
/** Polls overlap by this much: longer than a statement may take and clocks of two processes may differ. */
const overlapMs = 10_000

/**
 * The live revocations, in memory: a request is checked without any network. New rows arrive by the channel at once
 * and by polling within a second; when polls fail for too long, the database is asked, and when it cannot answer, the
 * caller gets its error: a token is never accepted on a guess.
 */
export class RevocationList implements RevocationPublisher, RevocationLookup {
  readonly #deps: RevocationListDeps
  readonly #sessions = new ExpiringIds()
  readonly #tokens = new ExpiringIds()
  readonly #apiKeys = new ExpiringIds()
  readonly #users = new ExpiringIds()
  /** The lowest token version that is accepted of each of the users. */
  readonly #minimums = new Map<string, number>()
  readonly #listeners = new Set<(revocations: readonly Revocation[]) => void>()
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

  /** Tells of each revocation once, when this process learns of it. The listener must not throw. */
  listen(listener: (revocations: readonly Revocation[]) => void): void {
    this.#listeners.add(listener)
  }

  /** Whether the token has been revoked. Throws what the store throws when it had to be asked and cannot answer. */
  async isRevoked(token: RevocableToken): Promise<boolean> {
    if (this.#knows(token)) return true
    return this.#isStale() ? this.#deps.store.isRevoked(token, this.#deps.clock.now()) : false
  }

  /**
   * Whether what this process knows is good enough to go by; otherwise the database is to be asked about whatever is
   * remembered of an API key.
   */
  get isFresh(): boolean {
    return !this.#isStale()
  }

  /** Whether nothing has been heard of the database for so long that revocations may have been missed. */
  get isCutOff(): boolean {
    if (this.#lastGoodPoll === null) return true
    const ageMs = this.#deps.clock.monotonicMs() - this.#lastGoodPoll.monotonicMs
    return ageMs > this.#deps.stalenessSeconds * 1000
  }

  /** Whether the session was revoked lately, by its own name. */
  knowsSession(sessionId: string): boolean {
    return this.#sessions.has(sessionId)
  }

  /** Whether the API key was revoked lately. */
  knowsApiKey(apiKeyId: string): boolean {
    return this.#apiKeys.has(apiKeyId)
  }

  /** What was known of a user before he had this token version is outdated; 0 when nothing is. */
  minimumTokenVersion(userId: string): number {
    return this.#minimums.get(userId) ?? 0
  }

  /** How many are remembered now; counted as they come and go. */
  get stats(): RevocationStats {
    const ends = [this.#sessions, this.#users, this.#tokens].map((ids) => ids.firstExpiry)
    const known = ends.filter((end) => end !== null)
    return {
      revokedSessions: this.#sessions.size,
      revokedUsers: this.#users.size,
      revokedTokens: this.#tokens.size,
      oldestExpiresAt: known.length === 0 ? null : new Date(Math.min(...known)),
    }
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
  markUncertain(): void {
    this.#doubts += 1
  }

  async poll(): Promise<void> {
    const doubts = this.#doubts
    const now = this.#deps.clock.now()
    const monotonicMs = this.#deps.clock.monotonicMs()
    await this.#learnSince(this.#since(now), now)
    this.#lastGoodPoll = { at: now, monotonicMs }
    this.#settledDoubts = doubts
    this.#forgetExpired(now.getTime())
  }

  async #learnSince(since: Date | null, now: Date): Promise<void> {
    let after = since === null ? null : positionBefore(since)
    for (;;) {
      const page = await this.#deps.store.listPage(after, now, pageSize)
      this.#learn(page.map(({ revocation }) => revocation))
      after = page.at(-1)?.position ?? after
      if (page.length < pageSize) return
    }
  }

  #knows(token: RevocableToken): boolean {
    if (this.#sessions.has(token.sessionId) || this.#tokens.has(token.tokenId)) return true
    return token.tokenVersion < this.minimumTokenVersion(token.userId)
  }

  #isStale(): boolean {
    return this.isCutOff || this.#doubts > this.#settledDoubts
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
    const fresh = this.#listeners.size === 0 ? [] : revocations.filter((one) => !this.#remembers(one))
    this.#remember(revocations)
    if (fresh.length > 0) for (const listener of this.#listeners) listener(fresh)
  }

  #remembers(revocation: Revocation): boolean {
    switch (revocation.kind) {
      case 'SESSION':
        return this.#sessions.has(revocation.sessionId)
      case 'TOKEN':
        return this.#tokens.has(revocation.tokenId)
      case 'API_KEY':
        return this.#apiKeys.has(revocation.apiKeyId)
      case 'USER':
        return this.minimumTokenVersion(revocation.userId) >= revocation.minimumTokenVersion
    }
  }

  #remember(revocations: readonly Revocation[]): void {
    for (const revocation of revocations) {
      const expiresAt = revocation.expiresAt.getTime()
      if (revocation.kind === 'SESSION') this.#sessions.add(revocation.sessionId, expiresAt)
      if (revocation.kind === 'TOKEN') this.#tokens.add(revocation.tokenId, expiresAt)
      if (revocation.kind === 'API_KEY') this.#apiKeys.add(revocation.apiKeyId, expiresAt)
      if (revocation.kind === 'USER') {
        const { minimumTokenVersion } = revocation
        const userId = this.#users.add(revocation.userId, expiresAt)
        this.#minimums.set(userId, Math.max(this.minimumTokenVersion(userId), minimumTokenVersion))
      }
    }
  }

  #forgetExpired(now: number): void {
    for (const ids of [this.#sessions, this.#tokens, this.#apiKeys]) ids.forget(now)
    for (const userId of this.#users.forget(now)) this.#minimums.delete(userId)
  }
}
