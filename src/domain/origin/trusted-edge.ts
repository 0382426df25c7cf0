import { sha256 } from '../../lib/crypto/digest.ts'
import type { IdentifiedSecret } from '../../lib/crypto/secret.ts'
import type { Metrics } from '../../lib/observation/metrics.ts'
import type { Clock } from '../../lib/time/clock.ts'
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

/** The result of verifying a signature. Only a VALID one carries claims, so that no caller can use others. */
export type EdgeVerdict =
  | { readonly state: 'VALID'; readonly claims: EdgeClaims }
  | { readonly state: 'EXPIRED' | 'INVALID'; readonly reason: EdgeRefusal }

/**
 * Why a signature was ignored. `unchecked`: a gateway signed this body, but the store of nonces does not respond, so a
 * replay cannot be excluded. `stale`: a gateway signed this body, but the time of signing is out of range.
 */
export type EdgeRefusal = 'forged' | 'stale' | 'altered' | 'replayed' | 'unchecked'

const skewMs = 30_000
/**
 * How long nonces are stored. A signature from 30 seconds in the future is valid for 60 seconds; 10 seconds are added
 * for differences between the clocks of replicas.
 */
const nonceSeconds = (2 * skewMs) / 1000 + 10

/** Verifies the signatures of gateways that share a secret. A signature is valid once, for one body. */
export class TrustedEdge {
  readonly #deps: TrustedEdgeDeps

  constructor(deps: TrustedEdgeDeps) {
    this.#deps = deps
  }

  /**
   * Verifies a header. Throws only what `readBody` throws, which is called only if a gateway signed the header. The
   * body is compared before the time, so that a captured header never counts as signed for another body.
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

  /** Null if the store of nonces does not respond. */
  async #isReplay(nonce: string): Promise<boolean | null> {
    try {
      return !(await this.#deps.nonces.insert(nonce, nonceSeconds))
    } catch {
      return null
    }
  }
}
