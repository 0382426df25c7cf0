import type { JWK } from 'jose'
import type { Clock } from '../../lib/clock.ts'
import { sha256 } from '../../lib/digest.ts'
import type { Logger } from '../../lib/logger.ts'
import { generateSigningKey } from './key-generation.ts'
import { importPublicKey, openPrivateKey, unusableKeys } from './key-opening.ts'
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

const reloadMs = 30_000
/** An unknown kid may be a key that another process has just published: looked up anew, but no more often than this. */
const missReloadMs = 5_000

/** The signing keys in memory: one signs, all verify, all are published. Follows the database every half minute. */
export class KeyRing {
  readonly #deps: KeyRingDeps
  #keys: ReadonlyMap<string, VerificationKey> = new Map()
  #publicJwks: readonly JWK[] = []
  #current: CurrentKey | null = null
  readonly #reported = new Set<string>()
  #timer: NodeJS.Timeout | null = null
  #missReload: { readonly startedMs: number; readonly done: Promise<void> } | null = null

  constructor(deps: KeyRingDeps) {
    this.#deps = deps
  }

  /** Loads the keys; makes the first one when there is none. Of several processes at once, one key wins. */
  async start(): Promise<void> {
    await this.reload()
    if (this.#current === null) {
      const { algorithm, rsaKeyBits, clock, store, sealer } = this.#deps
      await store.insertFirst(
        await generateSigningKey({ algorithm, rsaKeyBits, now: clock.now(), state: 'CURRENT' }, sealer),
      )
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
  async find(kid: string): Promise<VerificationKey | null> {
    const known = this.#keys.get(kid)
    if (known !== undefined) return known
    await this.#reloadAfterMiss()
    return this.#keys.get(kid) ?? null
  }

  /** Every key as it is stored now, oldest first. */
  list(): Promise<readonly StoredSigningKey[]> {
    return this.#deps.store.list()
  }

  /** What /.well-known/jwks.json shows (RFC 7517 section 5), and its entity tag. */
  async publish(): Promise<{ body: string; etag: string }> {
    const body = JSON.stringify({ keys: this.#publicJwks })
    return { body, etag: `"${Buffer.from(sha256(body)).toString('base64url').slice(0, 22)}"` }
  }

  /** Reads the keys anew. @throws UnusableKeyError when the key that signs cannot be used; another one is left out */
  async reload(): Promise<void> {
    const stored = await this.#deps.store.list()
    const current = stored.find((key) => key.state === 'CURRENT')
    if (current !== undefined && this.#current?.kid !== current.kid) {
      const privateKey = await openPrivateKey(current, this.#deps.sealer)
      this.#current = { kid: current.kid, algorithm: current.algorithm, privateKey }
    }
    const usable = await this.#usable(stored)
    const keys = await Promise.all(usable.map(importPublicKey))
    this.#keys = new Map(keys.map((key) => [key.kid, key]))
    this.#publicJwks = usable.map((key) => key.publicJwk)
  }

  /** A damaged key is reported by name, once, and neither published nor used. */
  async #usable(stored: readonly StoredSigningKey[]): Promise<readonly StoredSigningKey[]> {
    const fresh = stored.filter(({ kid }) => !this.#keys.has(kid))
    const damaged = await unusableKeys(fresh, this.#deps.sealer)
    for (const { kid, state } of damaged) {
      if (this.#reported.has(kid)) continue
      this.#reported.add(kid)
      this.#deps.logger.error(
        { kid, state },
        'a signing key is damaged or sealed with another MASTER_KEY: it is not used',
      )
    }
    return stored.filter((key) => !damaged.includes(key))
  }

  async #reloadAfterMiss(): Promise<void> {
    const nowMs = this.#deps.clock.monotonicMs()
    if (this.#missReload === null || nowMs - this.#missReload.startedMs >= missReloadMs) {
      this.#missReload = { startedMs: nowMs, done: this.#reloadQuietly() }
    }
    await this.#missReload.done
  }

  async #reloadQuietly(): Promise<void> {
    try {
      await this.reload()
    } catch (error) {
      this.#deps.logger.warn({ error }, 'signing keys could not be reloaded')
    }
  }
}
