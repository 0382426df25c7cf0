import { BoundedMap } from '../../lib/collections/bounded-map.ts'
import type { VerificationKey } from '../keys/signing-key.ts'
import type { AccessTokenClaims } from './access-token.ts'

/** A token whose signature, issuer, audience and form are valid. Its times and revocations are checked with each use. */
export interface AuthenticToken {
  readonly claims: AccessTokenClaims
  /** `nbf` in seconds since 1970; 0 if it is absent. */
  readonly notBefore: number
  /** The key that verified the signature. */
  readonly key: VerificationKey
}

/** An entry takes about 1 kB. */
const maxTokens = 10_000

/** Authentic tokens by the SHA-256 digest of their text, so that the memory of the process holds no token. */
export class VerifiedTokens {
  readonly #byDigest = new BoundedMap<string, AuthenticToken>(maxTokens)

  get size(): number {
    return this.#byDigest.size
  }

  find(digest: string): AuthenticToken | null {
    return this.#byDigest.get(digest) ?? null
  }

  /** Adds a token. At the limit, the one that was added first is removed. */
  add(digest: string, token: AuthenticToken): void {
    this.#byDigest.set(digest, token)
  }

  remove(digest: string): void {
    this.#byDigest.delete(digest)
  }
}
