import type { Clock } from '../../lib/clock.ts'
import { sha256 } from '../../lib/digest.ts'
import type { Metrics } from '../../lib/metrics.ts'
import type { EdgeNonces } from './edge-nonces.ts'
import { type EdgeClaims, type EdgeSecret, openEdgeSignature } from './edge-signature.ts'

export interface TrustedEdgeDeps {
  readonly secrets: readonly EdgeSecret[]
  readonly nonces: EdgeNonces
  readonly clock: Clock
  readonly metrics: Metrics
}

/** What to make of a signature; claims that are not VALID are not told, so that nobody believes them. */
export type EdgeVerdict =
  | { readonly state: 'VALID'; readonly claims: EdgeClaims }
  | { readonly state: 'EXPIRED' | 'INVALID'; readonly reason: EdgeRefusal }

/** `unchecked`: a gateway has signed it, but whether it is a replay cannot be known now. */
export type EdgeRefusal = 'forged' | 'stale' | 'altered' | 'replayed' | 'unchecked'

const skewMs = 30_000
/** A signature from half a minute ahead is good for a minute; then it is stale wherever it is replayed. */
const rememberedSeconds = (2 * skewMs) / 1000 + 1

/** Whose word about the client is believed: a gateway's that shares a secret, once, for this very body. */
export class TrustedEdge {
  readonly #deps: TrustedEdgeDeps

  constructor(deps: TrustedEdgeDeps) {
    this.#deps = deps
  }

  /** Never throws but for `readBody`, which is only called for what a gateway has signed and is not stale. */
  async verify(header: string, readBody: () => Promise<Uint8Array>): Promise<EdgeVerdict> {
    const { secrets, clock, metrics } = this.#deps
    const refuse = (reason: EdgeRefusal): EdgeVerdict => {
      metrics.count('edge_ignored', reason)
      return { state: reason === 'stale' ? 'EXPIRED' : 'INVALID', reason }
    }
    const claims = openEdgeSignature(header, secrets)
    if (claims === null) return refuse('forged')
    if (Math.abs(clock.now().getTime() - claims.at) > skewMs) return refuse('stale')
    const digest = Buffer.from(sha256(await readBody())).toString('base64url')
    if (digest !== claims.body) return refuse('altered')
    const replay = await this.#isReplay(claims.nonce)
    if (replay === null) return refuse('unchecked')
    return replay ? refuse('replayed') : { state: 'VALID', claims }
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
