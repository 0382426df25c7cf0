import { importJWK } from 'jose'
import type { Discovery } from './discovery.ts'
import { fetchJson } from './fetch-json.ts'
import { isObject, isText } from './json.ts'
import type { VerifierSettings } from './options.ts'
import { ageOf, SharedAttempt } from './shared-attempt.ts'
import { UnavailableFailure } from './unavailable.ts'

/** A public key, with the one algorithm that it may verify. */
export interface VerificationKey {
  readonly algorithm: string
  readonly key: CryptoKey
}

/** Gatehouse lets the key set be cached for so long. Then it is fetched again in the background. */
const freshMs = 300_000
/** Beyond this age a request waits for the new key set, and uses the old one only if that cannot be fetched. */
const waitMs = 600_000
/** Beyond this age no key is used: the service may have removed it. */
const maxAgeMs = 3_600_000
/** Time between two fetches because of unknown keys, so that made-up names do not cause requests. */
const coolDownMs = 10_000
const maxKeys = 50
/** The type of key of each algorithm. */
const keyTypes: Readonly<Record<string, string>> = { RS256: 'RSA', ES256: 'EC', EdDSA: 'OKP' }

/** The public keys of Gatehouse, by `kid`. */
export class KeySet {
  readonly #settings: VerifierSettings
  readonly #discovery: Discovery
  readonly #attempt: SharedAttempt
  #keys: ReadonlyMap<string, VerificationKey> = new Map()
  /** When the fetch of the keys began; null before the first one. */
  #fetchedAt: number | null = null

  constructor(settings: VerifierSettings, discovery: Discovery) {
    this.#settings = settings
    this.#discovery = discovery
    this.#attempt = new SharedAttempt(() => this.#fetch(), settings.now)
  }

  /** Fetches the keys, unless they are known. @throws UnavailableFailure */
  async load(): Promise<void> {
    const age = this.#age()
    if (age > maxAgeMs) return this.#attempt.run()
    if (age <= freshMs) return
    const refreshed = this.#attempt.run().catch(() => undefined)
    if (age > waitMs) await refreshed
  }

  /** The key with that id; null if Gatehouse has none. @throws UnavailableFailure if that is not known */
  async find(kid: string): Promise<VerificationKey | null> {
    await this.load()
    const known = this.#keys.get(kid)
    if (known !== undefined) return known
    if (this.#age() <= coolDownMs) return null
    await this.#attempt.run()
    return this.#keys.get(kid) ?? null
  }

  #age(): number {
    return this.#fetchedAt === null ? Number.POSITIVE_INFINITY : ageOf(this.#fetchedAt, this.#settings.now())
  }

  async #fetch(): Promise<void> {
    const startedAt = this.#settings.now()
    const url = await this.#discovery.find('jwks')
    const set = await fetchJson(this.#settings.fetch, { url })
    const keys: unknown = isObject(set) ? set.keys : null
    if (!Array.isArray(keys) || keys.length > maxKeys)
      throw new UnavailableFailure(`${url.href} returned no key set.`)
    const found = new Map<string, VerificationKey>()
    for (const jwk of keys) {
      const key = await this.#readKey(jwk)
      if (key !== null) found.set(...key)
    }
    if (found.size === 0) throw new UnavailableFailure(`${url.href} returned no key that can be used.`)
    this.#keys = found
    this.#fetchedAt = startedAt
  }

  /** Null for a key of another use, type or algorithm. */
  async #readKey(jwk: unknown): Promise<readonly [string, VerificationKey] | null> {
    if (!isObject(jwk)) return null
    const { kid, alg, kty, use = 'sig', n, e, crv, x, y } = jwk
    if (!isText(kid) || !isText(alg) || !isText(kty) || use !== 'sig') return null
    if (!this.#settings.algorithms.has(alg) || keyTypes[alg] !== kty) return null
    try {
      const key = await importJWK({ kty, ...textsOf({ n, e, crv, x, y }) }, alg)
      return key instanceof Uint8Array ? null : [kid, { algorithm: alg, key }]
    } catch {
      return null
    }
  }
}

/** The public members of a key. */
function textsOf(members: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(members).filter((member): member is [string, string] => isText(member[1])),
  )
}
