import { createHash } from 'node:crypto'
import type { BreachChecker } from '../../domain/passwords/breach-checker.ts'
import type { Clock } from '../../lib/clock.ts'
import { errorText } from '../../lib/error-text.ts'
import type { Logger } from '../../lib/logger.ts'
import { CircuitBreaker, CircuitOpen } from '../failover/circuit-breaker.ts'

/** The whole exchange takes no longer. */
const budgetMs = 1000
/** A padded range has 800 to 1000 lines of some 40 bytes. */
const maxBytes = 256 * 1024
const line = /^([0-9A-F]{35}):(\d{1,10})$/i

export interface RangeBreachCheckerDeps {
  /** Where the API is; `/range/<prefix>` is appended to its path. */
  readonly baseUrl: URL
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly logger: Logger
}

/**
 * Asks the range API of Have I Been Pwned, or a service that speaks like it: it learns the first 5 of 40 hexadecimal
 * digits of the SHA-1 digest, and by the padding not even how many answers there were. After a failure it is left alone
 * for 10 s, then longer, up to a minute.
 */
export class RangeBreachChecker implements BreachChecker {
  readonly #deps: RangeBreachCheckerDeps
  readonly #breaker: CircuitBreaker

  constructor(deps: RangeBreachCheckerDeps) {
    this.#deps = deps
    this.#breaker = new CircuitBreaker({ pauseMs: 10_000, maxPauseMs: 60_000 }, deps.clock)
  }

  async isBreached(password: string): Promise<boolean | null> {
    const digest = createHash('sha1').update(password).digest('hex').toUpperCase()
    try {
      const suffixes = await this.#breaker.run(() => this.#fetchRange(digest.slice(0, 5)))
      return suffixes.has(digest.slice(5))
    } catch (error) {
      if (!(error instanceof CircuitOpen)) this.#warn(error)
      return null
    }
  }

  async #fetchRange(prefix: string): Promise<ReadonlySet<string>> {
    const { baseUrl } = this.#deps
    const url = new URL(`${baseUrl.pathname.replace(/\/$/, '')}/range/${prefix}`, baseUrl)
    const response = await fetch(url, {
      headers: { 'add-padding': 'true', 'user-agent': 'Gatehouse', accept: 'text/plain' },
      redirect: 'error',
      signal: AbortSignal.timeout(budgetMs),
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new Error(`status ${response.status}`)
    }
    return parseRange(await readBounded(response))
  }

  #warn(error: unknown): void {
    const cause = error instanceof Error ? (error.cause ?? error) : error
    const text = errorText(cause)
    this.#deps.logger.warn({ error: text }, 'the list of breached passwords could not be asked')
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > maxBytes) throw new Error('the answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('latin1')
}

/** The suffixes that were seen at least once: padding has a count of 0. Whatever else than a range comes is an error. */
function parseRange(text: string): ReadonlySet<string> {
  const suffixes = new Set<string>()
  for (const written of text.trimEnd().split(/\r?\n/)) {
    const [, suffix, count] = line.exec(written) ?? []
    if (suffix === undefined) throw new Error('the answer is no range of digests')
    if (Number(count) > 0) suffixes.add(suffix.toUpperCase())
  }
  return suffixes
}
