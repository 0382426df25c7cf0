import type { Discovery } from './discovery.ts'
import { fetchJson } from './fetch-json.ts'
import { isObject } from './json.ts'
import type { RevocationOptions, VerifierSettings } from './options.ts'
import { RevocationList, readPage } from './revocation-list.ts'
import { ageOf, SharedAttempt } from './shared-attempt.ts'
import type { RevocableToken } from './token-claims.ts'
import { UnavailableFailure } from './unavailable.ts'

/** Maximum time that a token waits for a poll. A first poll of very many revocations takes longer and goes on. */
const waitMs = 2000
const removalMs = 60_000

/** Follows the revocations of Gatehouse. Fails closed: a list that is too old, or incomplete, decides nothing. */
export class RevocationFeed {
  readonly #settings: VerifierSettings
  readonly #options: Required<RevocationOptions>
  readonly #discovery: Discovery
  readonly #poll: SharedAttempt
  #list = new RevocationList()
  #cursor: string | null = null
  /** When the last successful poll began, by the clock that can be set and by the one that cannot; null before the first one. */
  #polledAt: { readonly wall: number; readonly monotonic: number } | null = null
  #removedAt = 0
  #timer: ReturnType<typeof setTimeout> | null = null
  #isClosed = false

  constructor(settings: VerifierSettings, options: Required<RevocationOptions>, discovery: Discovery) {
    this.#settings = settings
    this.#options = options
    this.#discovery = discovery
    this.#poll = new SharedAttempt(() => this.#read(), settings.now)
  }

  /** @throws UnavailableFailure if it is not known which tokens were revoked */
  async isRevoked(token: RevocableToken): Promise<boolean> {
    await this.load()
    // The list can have been dropped since the answer of `load`: an empty one would accept the token.
    if (this.#isStale()) throw new UnavailableFailure('The revocations are too old.')
    return this.#list.has(token)
  }

  /** Reads the feed, unless the list is fresh, and follows it from then on. @throws UnavailableFailure */
  async load(): Promise<void> {
    if (this.#timer === null && !this.#isClosed) this.#schedule()
    if (!this.#isStale()) return
    await withinTime(this.#poll.run(), waitMs)
    if (this.#isStale()) throw new UnavailableFailure('The revocations are too old.')
  }

  /** Stops polling. Tokens are accepted until the list is too old. */
  close(): void {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #isStale(): boolean {
    if (this.#polledAt === null) return true
    const maxAge = this.#options.maxStalenessSeconds * 1000
    const { wall, monotonic } = this.#polledAt
    return ageOf(wall, this.#settings.now()) > maxAge || performance.now() - monotonic > maxAge
  }

  #schedule(): void {
    const timer = setTimeout(async () => {
      await this.#poll.run().catch(this.#settings.onUnavailable)
      if (!this.#isClosed) this.#schedule()
    }, this.#options.pollSeconds * 1000)
    if (isNodeTimer(timer)) timer.unref()
    this.#timer = timer
  }

  async #read(): Promise<void> {
    const startedAt = { wall: this.#settings.now(), monotonic: performance.now() }
    // After a clock was set back, entries may have been removed too early.
    if (this.#polledAt !== null && startedAt.wall < this.#polledAt.wall) this.#startAgain()
    const url = await this.#discovery.find('revocations')
    for (let more = true; more; ) {
      const page = await this.#readPage(url)
      this.#list.add(page)
      if (this.#list.size > this.#options.maxEntries) {
        this.#startAgain()
        throw new UnavailableFailure(`There are more than ${this.#options.maxEntries} revocations.`)
      }
      this.#cursor = page.cursor
      more = page.more
    }
    this.#polledAt = startedAt
    if (ageOf(this.#removedAt, startedAt.wall) < removalMs) return
    this.#list.removeExpired(startedAt.wall / 1000 - this.#settings.clockToleranceSeconds)
    this.#removedAt = startedAt.wall
  }

  async #readPage(url: URL) {
    const page = new URL(url)
    if (this.#cursor !== null) page.searchParams.set('since', this.#cursor)
    const { fetch, serviceKey } = this.#settings
    try {
      return readPage(await fetchJson(fetch, { url: page, serviceKey }))
    } catch (error) {
      // A cursor that Gatehouse does not know, for example after its database was restored.
      if (error instanceof UnavailableFailure && error.status === 400) this.#startAgain()
      throw error
    }
  }

  #startAgain(): void {
    this.#list = new RevocationList()
    this.#cursor = null
    this.#polledAt = null
  }
}

/** A timer of Node, which would keep the process alive. In other runtimes a timer is a number. */
function isNodeTimer(timer: unknown): timer is { unref(): unknown } {
  return isObject(timer) && typeof timer.unref === 'function'
}

/** The result of the work, if it comes in time. The work goes on otherwise. */
async function withinTime(work: Promise<void>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new UnavailableFailure('The revocations are not read yet.')), ms)
  })
  try {
    await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
