import { type CryptoKey, importJWK, type JWK } from 'jose'
import type { Clock } from '../../lib/clock.ts'
import { sha256 } from '../../lib/digest.ts'
import type { Logger } from '../../lib/logger.ts'
import { generateSigningKey, sealingPurpose } from './key-generation.ts'
import type { Sealer } from './sealer.ts'
import type { CurrentKey, SigningAlgorithm, StoredSigningKey, VerificationKey } from './signing-key.ts'
import type { SigningKeyStore } from './signing-key-store.ts'

export interface KeyRingDeps {
  readonly store: SigningKeyStore
  readonly sealer: Sealer
  readonly clock: Clock
  readonly logger: Logger
  readonly algorithm: SigningAlgorithm
  readonly rsaKeyBits: number
}

/** A stored key that cannot be used: MASTER_KEY is another one, or the row was damaged. */
export class UnusableKeyError extends Error {
  constructor(kid: string) {
    super(
      `The signing key ${kid} cannot be opened: MASTER_KEY is not the one it was sealed with, or its row is damaged.`,
    )
  }
}

const reloadMs = 30_000

/** The signing keys in memory: one signs, all verify, all are published. Follows the database every half minute. */
export class KeyRing {
  readonly #deps: KeyRingDeps
  #keys: ReadonlyMap<string, VerificationKey> = new Map()
  #publicJwks: readonly JWK[] = []
  #current: CurrentKey | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(deps: KeyRingDeps) {
    this.#deps = deps
  }

  /** Loads the keys; makes the first one when there is none. Of several processes at once, one key wins. */
  async start(): Promise<void> {
    await this.reload()
    if (this.#current === null) {
      const { algorithm, rsaKeyBits, clock, store, sealer } = this.#deps
      await store.insertFirst(await generateSigningKey({ algorithm, rsaKeyBits, now: clock.now() }, sealer))
      await this.reload()
    }
    if (this.#current === null) throw new Error('There is no current signing key, and none could be made.')
    this.#timer = setInterval(() => void this.#reloadQuietly(), reloadMs)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  /** The key that signs. Throws before `start`. */
  get current(): CurrentKey {
    if (this.#current === null) throw new Error('The key ring has not been started.')
    return this.#current
  }

  /** The key of that kid, or null. The kid is data: it is looked up in a map and nowhere else. */
  find(kid: string): VerificationKey | null {
    return this.#keys.get(kid) ?? null
  }

  /** What /.well-known/jwks.json shows (RFC 7517 section 5), and its entity tag. */
  async publish(): Promise<{ body: string; etag: string }> {
    const body = JSON.stringify({ keys: this.#publicJwks })
    return { body, etag: `"${Buffer.from(sha256(body)).toString('base64url').slice(0, 22)}"` }
  }

  /** Reads the keys anew. Throws UnusableKeyError when one cannot be read or the one that signs cannot be opened. */
  async reload(): Promise<void> {
    const stored = await this.#deps.store.list()
    const keys = await Promise.all(stored.map(importPublic))
    const current = stored.find((key) => key.state === 'CURRENT')
    if (current !== undefined && this.#current?.kid !== current.kid)
      this.#current = await this.#importPrivate(current)
    this.#keys = new Map(keys.map((key) => [key.kid, key]))
    this.#publicJwks = stored.map((key) => key.publicJwk)
  }

  async #reloadQuietly(): Promise<void> {
    try {
      await this.reload()
    } catch (error) {
      this.#deps.logger.warn({ error }, 'signing keys could not be reloaded')
    }
  }

  async #importPrivate(key: StoredSigningKey): Promise<CurrentKey> {
    try {
      const opened = this.#deps.sealer.open(key.sealedPrivateJwk, sealingPurpose(key.kid))
      const privateKey = await importKey(JSON.parse(Buffer.from(opened).toString()), key.algorithm)
      return { kid: key.kid, algorithm: key.algorithm, privateKey }
    } catch {
      throw new UnusableKeyError(key.kid)
    }
  }
}

async function importPublic(key: StoredSigningKey): Promise<VerificationKey> {
  try {
    const publicKey = await importKey(key.publicJwk, key.algorithm)
    return { kid: key.kid, algorithm: key.algorithm, publicKey }
  } catch {
    throw new UnusableKeyError(key.kid)
  }
}

async function importKey(jwk: JWK, algorithm: SigningAlgorithm): Promise<CryptoKey> {
  const key = await importJWK(jwk, algorithm)
  if (key instanceof Uint8Array) throw new Error('An asymmetric key was wanted.')
  return key
}
