// Verifies access tokens without asking anybody, with the key set and the revocation feed of Gatehouse. It wants jose.
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'

export interface LocalVerifierOptions {
  /** The PUBLIC_URL of Gatehouse. */
  readonly url: string
  readonly issuer: string
  readonly audience: string
  readonly apiKey: string
  readonly fetch?: typeof fetch
}

/** What is known is too old: answer 503, and never let anybody in. */
export class RevocationsUnknown extends Error {}

/** What only a bad token brings about; every other error of jose is about the keys. */
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

/** Beyond this age of the last good poll nothing is accepted: longer than Gatehouse itself waits. */
const stalenessMs = 10_000

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

  /** To be called every second or so: what is new of the revocations. */
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
    this.#forget(startedAt / 1000)
  }

  /** To be called every five minutes, and once for a `kid` that is not known. */
  async loadKeys(): Promise<void> {
    this.#keys = createLocalJWKSet(await this.#get('/.well-known/jwks.json'))
  }

  /** The claims of a good token; null for every other. @throws RevocationsUnknown, and when the keys cannot be used: 503 */
  async verify(token: string): Promise<JWTPayload | null> {
    if (this.#keys === null || Date.now() - this.#polledAt > stalenessMs) throw new RevocationsUnknown()
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

  #forget(nowSeconds: number): void {
    for (const [id, exp] of this.#revoked) if (exp <= nowSeconds) this.#revoked.delete(id)
    for (const [id, { exp }] of this.#minimumVersions) if (exp <= nowSeconds) this.#minimumVersions.delete(id)
  }

  // biome-ignore lint/suspicious/noExplicitAny: the form of the answers is a promise of the service
  async #get(path: string): Promise<any> {
    const { url, apiKey, fetch: send = fetch } = this.#options
    const signal = AbortSignal.timeout(2000)
    const response = await send(new URL(path, url), { headers: { 'x-api-key': apiKey }, signal })
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}.`)
    return response.json()
  }
}
