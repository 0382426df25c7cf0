import type { Logger } from '../../lib/observation/logger.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { AccessRevocations } from './access-revocations.ts'
import { clockLeewaySeconds } from './access-token.ts'
import { ExpiringIds } from './expiring-ids.ts'
import type { AccessHolder, RevocableToken, Revocation, TenantHolder } from './revocation.ts'
import type { RevocationChannel } from './revocation-channel.ts'
import type { RevocationMonitor, RevocationPublisher } from './revocation-ports.ts'
import { positionBefore, type RevocationStore } from './revocation-store.ts'
import { TenantRevocations } from './tenant-revocations.ts'

export interface RevocationListDeps {
  readonly store: Pick<RevocationStore, 'listPage' | 'isRevoked' | 'readClock'>
  readonly channel: RevocationChannel
  readonly clock: Clock
  readonly logger: Logger
  /** If the last successful poll is older, each token is checked in the database. */
  readonly stalenessSeconds: number
  /** Pause between polls; by default a second. Tests shorten it. */
  readonly pollMs?: number
}

/** Numbers of live revocations. A revocation is kept until every access token that it affects has expired. */
export interface RevocationStats {
  readonly revokedSessions: number
  readonly revokedUsers: number
  readonly revokedTokens: number
  /** When the first of them expires; null if there is none. */
  readonly oldestExpiresAt: Date | null
}

/** Rows per query: some milliseconds of work. The first poll loads all live revocations, which can be a million. */
const pageSize = 2000
const usualPollMs = 1000
/**
 * Overlap of polls: more than the maximum duration of a transaction, since a revocation is recorded before its commit.
 * Both times are those of the database.
 */
const overlapMs = 10_000

/**
 * The live revocations, in memory, so that a request is checked without network calls. New ones arrive through the
 * channel immediately, and by polling within a second. If polls fail for too long, each token is checked in the
 * database; if that fails, the caller gets the error. A token is never accepted without a check.
 */
export class RevocationList implements RevocationPublisher, RevocationMonitor {
  readonly #deps: RevocationListDeps
  readonly #sessions = new ExpiringIds()
  readonly #tokens = new ExpiringIds()
  readonly #apiKeys = new ExpiringIds()
  /** Users with their lowest accepted token version. */
  readonly #users = new ExpiringIds()
  readonly #access = new AccessRevocations()
  readonly #tenants = new TenantRevocations()
  readonly #listeners = new Set<(revocations: readonly Revocation[]) => void>()
  #lastGoodPoll: { at: Date; databaseAt: Date; monotonicMs: number } | null = null
  /** Whether the clock of this process differed from that of the database at the last poll. */
  #clockDiffers = false
  /** Number of revocations with an unknown outcome, and how many of them a later poll has settled. */
  #uncertain = 0
  #settled = 0
  #timer: NodeJS.Timeout | null = null

  constructor(deps: RevocationListDeps) {
    this.#deps = deps
  }

  /** Subscribes, loads all live revocations, then polls. @throws if the first load fails */
  async start(): Promise<void> {
    await this.#deps.channel.subscribe((revocations) => this.#hear(revocations))
    await this.poll()
    this.#schedule(this.#pollMs)
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  listen(listener: (revocations: readonly Revocation[]) => void): void {
    this.#listeners.add(listener)
  }

  async isRevoked(token: RevocableToken): Promise<boolean> {
    if (this.#knows(token)) return true
    return this.#isStale() ? this.#deps.store.isRevoked(token, this.#deps.clock.now()) : false
  }

  /**
   * Whether the revocations of this process are current. If not, results that are cached for API keys have to be
   * checked in the database.
   */
  get isFresh(): boolean {
    return !this.#isStale()
  }

  get isCutOff(): boolean {
    if (this.#lastGoodPoll === null) return true
    const ageMs = this.#deps.clock.monotonicMs() - this.#lastGoodPoll.monotonicMs
    return ageMs > this.#deps.stalenessSeconds * 1000
  }

  knowsSession(sessionId: string): boolean {
    return this.#sessions.has(sessionId)
  }

  /** Whether the API key was revoked recently. */
  knowsApiKey(apiKeyId: string): boolean {
    return this.#apiKeys.has(apiKeyId)
  }

  minimumTokenVersion(userId: string): number {
    return this.#users.valueOf(userId) ?? 0
  }

  knowsAccess(holder: AccessHolder): boolean {
    return this.#access.match(holder)
  }

  knowsTenant(holder: TenantHolder): boolean {
    return this.#tenants.match(holder)
  }

  /** The newest known version of a tenant; 0 if no recent change is known. */
  tenantVersion(tenantId: string): number {
    return this.#tenants.versionOf(tenantId)
  }

  /** The present numbers of revocations. */
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

  announce(revocations: readonly Revocation[]): void {
    this.#learn(revocations)
    this.#deps.channel.publish(revocations)
  }

  markUncertain(): void {
    this.#uncertain += 1
  }

  /** Loads new revocations and removes expired ones. @throws the error of the store */
  async poll(): Promise<void> {
    const uncertain = this.#uncertain
    const now = this.#deps.clock.now()
    const monotonicMs = this.#deps.clock.monotonicMs()
    const databaseAt = await this.#deps.store.readClock()
    this.#compareClocks(differenceSeconds(databaseAt, { from: now, to: this.#deps.clock.now() }))
    await this.#learnSince(this.#since(now, databaseAt), now)
    this.#lastGoodPoll = { at: now, databaseAt, monotonicMs }
    this.#settled = uncertain
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
    if (token.tokenVersion < this.minimumTokenVersion(token.userId)) return true
    return this.#access.match(token) || this.#tenants.match(token)
  }

  #isStale(): boolean {
    return this.isCutOff || this.#uncertain > this.#settled
  }

  /**
   * The start of the next poll, by the clock of the database; null loads everything. This is necessary if one of the two
   * clocks was set back: that of this process may have been ahead before, so that revocations were removed too early;
   * that of the database, also after a failover, may have recorded revocations before the last poll.
   */
  #since(now: Date, databaseAt: Date): Date | null {
    const last = this.#lastGoodPoll
    if (last === null || now < last.at || databaseAt < last.databaseAt) return null
    return new Date(last.databaseAt.getTime() - overlapMs)
  }

  #compareClocks(seconds: number): void {
    const differs = Math.abs(seconds) > clockLeewaySeconds
    if (differs && !this.#clockDiffers) {
      this.#deps.logger.warn(
        { aheadSeconds: seconds },
        'the clock of this process differs from the clock of the database: synchronise both (NTP)',
      )
    }
    this.#clockDiffers = differs
  }

  /** Replaces the next poll. */
  #schedule(delayMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(async () => {
      try {
        await this.poll()
      } catch (error) {
        this.#deps.logger.warn({ error }, 'revocations could not be polled')
      }
      if (this.#timer !== null) this.#schedule(this.#pollMs)
    }, delayMs)
    this.#timer.unref()
  }

  get #pollMs(): number {
    return this.#deps.pollMs ?? usualPollMs
  }

  /**
   * Applies what the channel reports. A change of roles or of a tenant is read from the database instead, at once: it names no unique id, and
   * another installation may use the same Redis.
   */
  #hear(revocations: readonly Revocation[]): void {
    this.#learn(revocations.filter((one) => !isOfInstallation(one)))
    const isNew = revocations.some((one) => isOfInstallation(one) && !this.#remembers(one))
    if (isNew && this.#timer !== null) this.#schedule(0)
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
      case 'ACCESS':
        return this.#access.has(revocation)
      case 'TENANT':
        return this.#tenants.has(revocation)
    }
  }

  #remember(revocations: readonly Revocation[]): void {
    for (const revocation of revocations) {
      const expiresAt = revocation.expiresAt.getTime()
      if (revocation.kind === 'SESSION') this.#sessions.add(revocation.sessionId, expiresAt)
      if (revocation.kind === 'TOKEN') this.#tokens.add(revocation.tokenId, expiresAt)
      if (revocation.kind === 'API_KEY') this.#apiKeys.add(revocation.apiKeyId, expiresAt)
      if (revocation.kind === 'USER')
        this.#users.add(revocation.userId, expiresAt, revocation.minimumTokenVersion)
      if (revocation.kind === 'ACCESS') this.#access.add(revocation, expiresAt)
      if (revocation.kind === 'TENANT') this.#tenants.add(revocation, expiresAt)
    }
  }

  #forgetExpired(now: number): void {
    for (const known of [
      this.#sessions,
      this.#tokens,
      this.#apiKeys,
      this.#users,
      this.#access,
      this.#tenants,
    ])
      known.forget(now)
  }
}

/** Whether the revocation means something in one installation only, because tenants and roles of others have the same names. */
function isOfInstallation({ kind }: Revocation): boolean {
  return kind === 'ACCESS' || kind === 'TENANT'
}

/** How far the process is ahead of the database, in seconds; 0 if the database's time lies within the span of the query. */
function differenceSeconds(
  databaseAt: Date,
  { from, to }: { readonly from: Date; readonly to: Date },
): number {
  const databaseMs = databaseAt.getTime()
  const aheadMs = Math.max(0, from.getTime() - databaseMs) - Math.max(0, databaseMs - to.getTime())
  return Math.round(aheadMs / 1000)
}
