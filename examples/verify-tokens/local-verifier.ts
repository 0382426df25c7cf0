// Verifies access tokens locally, with the key set and the revocation feed of Gatehouse. Requires jose.
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'

export interface LocalVerifierOptions {
  /** The PUBLIC_URL of Gatehouse. */
  readonly url: string
  readonly issuer: string
  readonly audience: string
  readonly apiKey: string
  readonly fetch?: typeof fetch
}

/** The revocations are too old: respond with 503, never accept the token. */
export class RevocationsUnknown extends Error {}

/** Errors that only an invalid token causes; every other error of jose concerns the keys. */
const tokenErrors = [
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSMultipleMatchingKeys,
  errors.JWKSNoMatchingKey,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
]

/** Maximum age of the last successful poll; after it no token is accepted. Longer than Gatehouse's own limit. */
const maxStalenessMs = 10_000

export class LocalVerifier {
  readonly #options: LocalVerifierOptions
  readonly #revoked = new Map<string, number>()
  readonly #minimumVersions = new Map<string, { ver: number; exp: number }>()
  #keys: ReturnType<typeof createLocalJWKSet> | null = null
  #cursor: string | null = null
  #polledAt = 0

  constructor(options: LocalVerifierOptions) {
    this.#options = options
  }

  /** Fetches new revocations. Call it about every second. */
  async poll(): Promise<void> {
    const startedAt = Date.now()
    for (let more = true; more; ) {
      const query = this.#cursor === null ? '' : `?since=${this.#cursor}`
      const page = await this.#get(`/revocations${query}`)
      for (const { sid, exp } of page.sessions) this.#revoked.set(sid, exp)
      for (const { jti, exp } of page.tokens) this.#revoked.set(jti, exp)
      for (const { sub, ver, exp } of page.users) {
        const known = this.#minimumVersions.get(sub)?.ver ?? 0
        this.#minimumVersions.set(sub, { ver: Math.max(known, ver), exp })
      }
      this.#cursor = page.cursor
      more = page.more
    }
    this.#polledAt = startedAt
    this.#removeExpired(startedAt / 1000)
  }

  /** Fetches the key set. Call it every five minutes, and once for an unknown `kid`. */
  async loadKeys(): Promise<void> {
    this.#keys = createLocalJWKSet(await this.#get('/.well-known/jwks.json'))
  }

  /**
   * Returns the claims of a valid token; null for any other token.
   * @throws RevocationsUnknown, or an error of jose if the keys cannot be used. Respond with 503.
   */
  async verify(token: string): Promise<JWTPayload | null> {
    if (this.#keys === null || Date.now() - this.#polledAt > maxStalenessMs) throw new RevocationsUnknown()
    const { issuer, audience } = this.#options
    const rules = {
      issuer,
      audience,
      typ: 'at+jwt',
      algorithms: ['RS256', 'ES256', 'EdDSA'],
      clockTolerance: 5,
    }
    const claims = await jwtVerify(token, this.#keys, rules).then(
      ({ payload }) => payload,
      (error) => {
        if (tokenErrors.some((kind) => error instanceof kind)) return null
        throw error
      },
    )
    return claims === null || this.#isRevoked(claims) ? null : claims
  }

  #isRevoked({ sid, jti, sub, ver }: JWTPayload): boolean {
    const minimum = this.#minimumVersions.get(String(sub))?.ver ?? 0
    return this.#revoked.has(String(sid)) || this.#revoked.has(String(jti)) || !(Number(ver) >= minimum)
  }

  #removeExpired(nowSeconds: number): void {
    for (const [id, exp] of this.#revoked) if (exp <= nowSeconds) this.#revoked.delete(id)
    for (const [id, { exp }] of this.#minimumVersions) if (exp <= nowSeconds) this.#minimumVersions.delete(id)
  }

  // biome-ignore lint/suspicious/noExplicitAny: the service documents the shape of its responses
  async #get(path: string): Promise<any> {
    const { url, apiKey, fetch: send = fetch } = this.#options
    const signal = AbortSignal.timeout(2000)
    const response = await send(new URL(path, url), { headers: { 'x-api-key': apiKey }, signal })
    if (response.status !== 200) throw new Error(`${path} returned status ${response.status}.`)
    return response.json()
  }
}
