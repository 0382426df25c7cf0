import type { Clock } from '../../lib/clock.ts'
import { sha256 } from '../../lib/digest.ts'
import type { Metrics } from '../../lib/metrics.ts'
import type { IdentifiedSecret } from '../../lib/secret.ts'
import type { Alerts } from '../alerts/alert.ts'
import type { EdgeNonces } from './edge-nonces.ts'
import { type EdgeClaims, openEdgeSignature } from './edge-signature.ts'

export interface TrustedEdgeDeps {
  readonly secrets: readonly IdentifiedSecret[]
  readonly nonces: EdgeNonces
  readonly clock: Clock
  readonly metrics: Metrics
  readonly alerts: Alerts
}

/** What to make of a signature; claims that are not VALID are not told, so that nobody believes them. */
export type EdgeVerdict =
  | { readonly state: 'VALID'; readonly claims: EdgeClaims }
  | { readonly state: 'EXPIRED' | 'INVALID'; readonly reason: EdgeRefusal }

/**
 * `unchecked`: a gateway has signed this very body, but whether it is a replay cannot be known now. `stale`: likewise, and
 * the clocks are too far apart to tell.
 */
export type EdgeRefusal = 'forged' | 'stale' | 'altered' | 'replayed' | 'unchecked'

const skewMs = 30_000
/**
 * A signature from half a minute ahead is good for a minute; then it is stale wherever it is replayed, but that of a
 * replica whose clock is behind says so later: ten seconds for their differences.
 */
const rememberedSeconds = (2 * skewMs) / 1000 + 10

/** Whose word about the client is believed: a gateway's that shares a secret, once, for this very body. */
export class TrustedEdge {
  readonly #deps: TrustedEdgeDeps

  constructor(deps: TrustedEdgeDeps) {
    this.#deps = deps
  }

  /**
   * Never throws but for `readBody`, which is only called for what a gateway has signed. The body comes before the time: a
   * header that somebody has captured serves no other body, however old it is.
   */
  async verify(header: string, readBody: () => Promise<Uint8Array>): Promise<EdgeVerdict> {
    const { secrets, metrics } = this.#deps
    const refuse = (reason: EdgeRefusal): EdgeVerdict => {
      metrics.count('edge_ignored', reason)
      return { state: reason === 'stale' ? 'EXPIRED' : 'INVALID', reason }
    }
    const claims = openEdgeSignature(header, secrets)
    if (claims === null) return refuse('forged')
    const digest = Buffer.from(sha256(await readBody())).toString('base64url')
    if (digest !== claims.body) return refuse('altered')
    if (this.#isStale(claims)) return refuse('stale')
    const replay = await this.#isReplay(claims.nonce)
    if (replay === null) return refuse('unchecked')
    return replay ? refuse('replayed') : { state: 'VALID', claims }
  }

  #isStale({ at, keyId }: EdgeClaims): boolean {
    const behindMs = this.#deps.clock.now().getTime() - at
    if (Math.abs(behindMs) <= skewMs) return false
    this.#deps.alerts.raise('GATEWAY_CLOCK', { keyId, secondsBehind: Math.round(behindMs / 1000) })
    return true
  }

  /** Null when nobody can know now. */
  async #isReplay(nonce: string): Promise<boolean | null> {
    try {
      return !(await this.#deps.nonces.insert(nonce, rememberedSeconds))
    } catch {
      return null
    }
  }
}
