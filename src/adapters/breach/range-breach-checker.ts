import { createHash } from 'node:crypto'
import type { BreachChecker } from '../../domain/passwords/breach-checker.ts'
import { readBounded } from '../../lib/network/bounded-body.ts'
import type { CircuitBreaker } from '../failover/circuit-breaker.ts'

/** Time limit for request and response. */
const timeoutMs = 1000
/** Maximum size of a response. A padded range has 800 to 1000 lines of about 40 bytes. */
const maxBytes = 256 * 1024
const line = /^([0-9A-F]{35}):(\d{1,10})$/i

export interface RangeBreachCheckerDeps {
  /** Base URL of the API; `/range/<prefix>` is appended to its path. */
  readonly baseUrl: URL
  /** Logs failures: one line when calls are blocked, one when the service responds again. */
  readonly breaker: CircuitBreaker
}

/**
 * Queries the range API of Have I Been Pwned or a compatible service. The service learns the first 5 of 40 hexadecimal
 * digits of the SHA-1 digest; because of the padding, the size of the response reveals nothing to observers. After a
 * failure no request is sent for 10 s, then longer, up to one minute.
 */
export class RangeBreachChecker implements BreachChecker {
  readonly #deps: RangeBreachCheckerDeps

  constructor(deps: RangeBreachCheckerDeps) {
    this.#deps = deps
  }

  async isBreached(password: string): Promise<boolean | null> {
    const digest = createHash('sha1').update(password).digest('hex').toUpperCase()
    try {
      const suffixes = await this.#deps.breaker.run(() => this.#fetchRange(digest.slice(0, 5)))
      return suffixes.has(digest.slice(5))
    } catch {
      return null
    }
  }

  async #fetchRange(prefix: string): Promise<ReadonlySet<string>> {
    const { baseUrl } = this.#deps
    const url = new URL(`${baseUrl.pathname.replace(/\/$/, '')}/range/${prefix}`, baseUrl)
    const response = await fetch(url, {
      headers: { 'add-padding': 'true', 'user-agent': 'Gatehouse', accept: 'text/plain' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new Error(`the service responded with status ${response.status}`)
    }
    return parseRange((await readBounded(response, maxBytes)).toString('latin1'))
  }
}

/** The suffixes with a count above 0; padding has a count of 0. @throws if the text is not a range */
function parseRange(text: string): ReadonlySet<string> {
  const suffixes = new Set<string>()
  for (const lineText of text.trimEnd().split(/\r?\n/)) {
    const [, suffix, count] = line.exec(lineText) ?? []
    if (suffix === undefined) throw new Error('the response is not a range of digests')
    if (Number(count) > 0) suffixes.add(suffix.toUpperCase())
  }
  return suffixes
}
