import type { Logger } from '../../lib/observation/logger.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { clockLeewaySeconds } from './access-token.ts'
import { LiveRevocations, type RevocationStats } from './live-revocations.ts'
import type { AccessHolder, RevocableToken, Revocation, TenantHolder } from './revocation.ts'
import type { RevocationChannel } from './revocation-channel.ts'
import type { RevocationMonitor, RevocationPublisher } from './revocation-ports.ts'
import { type FeedPosition, positionBefore, type RevocationStore } from './revocation-store.ts'

export interface RevocationListDeps {
  readonly store: Pick<RevocationStore, 'listPage' | 'listPacked' | 'isRevoked' | 'readClock'>
  readonly channel: RevocationChannel
  readonly clock: Clock
  readonly logger: Logger
  /** If the last successful poll is older, each token is checked in the database. */
  readonly stalenessSeconds: number
  /** Pause between polls; by default a second. Tests shorten it. */
  readonly pollMs?: number
}

/** Rows per query: some milliseconds of work. */
const pageSize = 2000
/** Rows per query of the first load, which can be of a million: packed, they are less than a megabyte. */
const packedPageSize = 10_000
const usualPollMs = 1000
/**
 * Overlap of polls: more than the maximum duration of a transaction, since a revocation is recorded before its commit.
 * Both times are those of the database. Commands have longer transactions, and record at their end (RevocationStore.postpone).
 */
const overlapMs = 10_000

/**
 * The live revocations, in memory, so that a request is checked without network calls. New ones arrive through the
 * channel immediately, and by polling within a second. If polls fail for too long, each token is checked in the
 * database; if that fails, the caller gets the error. A token is never accepted without a check.
 */
export class RevocationList implements RevocationPublisher, RevocationMonitor {
  readonly #deps: RevocationListDeps
  readonly #live = new LiveRevocations()
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

  /**
   * Subscribes, loads all live revocations, then polls. The poll reads again what was recorded since shortly before the load,
   * also if it was committed behind the position of the load. @throws if the load or the poll fails
   */
  async start(): Promise<void> {
    await this.#deps.channel.subscribe((revocations) => this.#hear(revocations))
    // Packed revocations are not reported one by one: with listeners, the poll reads all of them.
    if (this.#listeners.size === 0) await this.#refresh((now) => this.#loadAll(now))
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
    if (this.#live.match(token)) return true
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
    return this.#live.hasSession(sessionId)
  }

  /** Whether the API key was revoked recently. */
  knowsApiKey(apiKeyId: string): boolean {
    return this.#live.hasApiKey(apiKeyId)
  }

  minimumTokenVersion(userId: string): number {
    return this.#live.minimumTokenVersion(userId)
  }

  knowsAccess(holder: AccessHolder): boolean {
    return this.#live.matchAccess(holder)
  }

  knowsTenant(holder: TenantHolder): boolean {
    return this.#live.matchTenant(holder)
  }

  /** The newest known version of a tenant; 0 if no recent change is known. */
  tenantVersion(tenantId: string): number {
    return this.#live.tenantVersion(tenantId)
  }

  /** The present numbers of revocations. */
  get stats(): RevocationStats {
    return this.#live.stats
  }

  announce(revocations: readonly Revocation[]): void {
    this.#learn(revocations)
    this.#deps.channel.publish(revocations)
  }

  markUncertain(): void {
    this.#uncertain += 1
  }

  /** Loads new revocations and removes expired ones. @throws the error of the store */
  poll(): Promise<void> {
    return this.#refresh((now, since) => this.#learnSince(since, now))
  }

  /**
   * Runs a load. The time of the database is read before its first row, so that the next poll reads again what is committed
   * meanwhile.
   */
  async #refresh(load: (now: Date, since: Date | null) => Promise<void>): Promise<void> {
    const uncertain = this.#uncertain
    const now = this.#deps.clock.now()
    const monotonicMs = this.#deps.clock.monotonicMs()
    const databaseAt = await this.#deps.store.readClock()
    this.#compareClocks(differenceSeconds(databaseAt, { from: now, to: this.#deps.clock.now() }))
    await load(now, this.#since(now, databaseAt))
    this.#lastGoodPoll = { at: now, databaseAt, monotonicMs }
    this.#settled = uncertain
    this.#live.forget(now.getTime())
  }

  async #loadAll(now: Date): Promise<void> {
    let after: FeedPosition | null = null
    do {
      const page = await this.#deps.store.listPacked(after, now, packedPageSize)
      this.#live.addPacked(page)
      after = page.next
    } while (after !== null)
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
    const isNew = revocations.some((one) => isOfInstallation(one) && !this.#live.has(one))
    if (isNew && this.#timer !== null) this.#schedule(0)
  }

  #learn(revocations: readonly Revocation[]): void {
    const fresh = this.#listeners.size === 0 ? [] : revocations.filter((one) => !this.#live.has(one))
    for (const revocation of revocations) this.#live.add(revocation)
    if (fresh.length > 0) for (const listener of this.#listeners) listener(fresh)
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
