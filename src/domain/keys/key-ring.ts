import { sha256 } from '../../lib/crypto/digest.ts'
import type { Logger } from '../../lib/observation/logger.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { generateSigningKey } from './key-generation.ts'
import { type OpenedKey, openKey, UnusableKeyError } from './key-opening.ts'
import type { Sealer } from './sealer.ts'
import type { CurrentKey, SigningKeySettings, StoredSigningKey, VerificationKey } from './signing-key.ts'
import type { SigningKeyStore } from './signing-key-store.ts'

export interface KeyRingDeps extends SigningKeySettings {
  readonly store: SigningKeyStore
  readonly sealer: Sealer
  readonly clock: Clock
  readonly logger: Logger
}

/** An opened key and the fingerprint of its row. */
interface LoadedKey {
  readonly opened: OpenedKey
  readonly fingerprint: string
}

const reloadMs = 30_000
/**
 * An unknown kid can be a key that another process has just published. It causes a reload, but not more often than
 * this.
 */
const missReloadMs = 5_000

/** The signing keys in memory: one signs, all verify, all are published. They are reloaded every 30 seconds. */
export class KeyRing {
  readonly #deps: KeyRingDeps
  #keys: ReadonlyMap<string, LoadedKey> = new Map()
  #current: CurrentKey | null = null
  readonly #reported = new Map<string, string>()
  #timer: NodeJS.Timeout | null = null
  #missReload: { readonly startedMs: number; readonly done: Promise<void> } | null = null

  constructor(deps: KeyRingDeps) {
    this.#deps = deps
  }

  /**
   * Loads the keys. Generates the first key if there is none; if several processes do so at once, they agree on one
   * key.
   */
  async start(): Promise<void> {
    await this.reload()
    if (this.#current === null) {
      const { algorithm, rsaKeyBits, clock, store, sealer } = this.#deps
      await store.insertFirst(
        await generateSigningKey({ algorithm, rsaKeyBits, now: clock.now(), state: 'CURRENT' }, sealer),
      )
      await this.reload()
    }
    if (this.#current === null) throw new Error('There is no current signing key, and none could be created.')
    this.#timer = setInterval(() => void this.#reloadQuietly(), reloadMs)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  /** The key that signs. @throws before `start` */
  get current(): CurrentKey {
    if (this.#current === null) throw new Error('The key ring has not been started.')
    return this.#current
  }

  /** The key with that kid; null if there is none. The kid is untrusted: it is only used as the key of a map. */
  async find(kid: string): Promise<VerificationKey | null> {
    const known = this.#keys.get(kid)
    if (known !== undefined) return known.opened
    await this.#reloadAfterMiss()
    return this.#keys.get(kid)?.opened ?? null
  }

  /** Whether that very key is still among the keys: it was not removed, and its row did not change. */
  holds(key: VerificationKey): boolean {
    return this.#keys.get(key.kid)?.opened === key
  }

  /** The JWK Set of `/.well-known/jwks.json` (RFC 7517, section 5) and its entity tag. */
  async publish(): Promise<{ body: string; etag: string }> {
    const body = JSON.stringify({ keys: [...this.#keys.values()].map(({ opened }) => opened.publicJwk) })
    return { body, etag: `"${Buffer.from(sha256(body)).toString('base64url').slice(0, 22)}"` }
  }

  /**
   * Reloads the keys. A row that is damaged, or was changed without MASTER_KEY, is logged and ignored; a key that was
   * loaded before stays as it was.
   * @throws UnusableKeyError if the CURRENT key cannot be used and no key has signed before
   */
  async reload(): Promise<void> {
    const stored = await this.#deps.store.list()
    const opened = await Promise.all(stored.map((row) => this.#open(row)))
    const keys = new Map(opened.flatMap(({ key }) => (key === null ? [] : [[key.opened.kid, key] as const])))
    const current = stored.find((row) => row.state === 'CURRENT')
    const signing = keys.get(current?.kid ?? '')?.opened ?? this.#current
    if (current !== undefined && signing === null) throw new UnusableKeyError(current.kid)
    this.#keys = keys
    this.#current = signing
    for (const { damaged } of opened) if (damaged !== null) this.#report(damaged)
  }

  /** Verifies every changed row like a new one: write access to the table must not decide which keys verify tokens. */
  async #open(row: StoredSigningKey): Promise<{ key: LoadedKey | null; damaged: StoredSigningKey | null }> {
    const known = this.#keys.get(row.kid) ?? null
    const fingerprint = fingerprintOf(row)
    if (known?.fingerprint === fingerprint) return { key: known, damaged: null }
    try {
      return { key: { opened: await openKey(row, this.#deps.sealer), fingerprint }, damaged: null }
    } catch {
      return { key: known, damaged: row }
    }
  }

  /** Logs a damaged row once for each content of the row. */
  #report(row: StoredSigningKey): void {
    const { kid, state } = row
    const fingerprint = fingerprintOf(row)
    if (this.#reported.get(kid) === fingerprint) return
    this.#reported.set(kid, fingerprint)
    this.#deps.logger.error(
      { kid, state },
      'a signing key is damaged or encrypted with another MASTER_KEY: its row is not used',
    )
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

/** The digest of the key material of a row. The state of the key is not included. */
function fingerprintOf({ algorithm, publicJwk, sealedPrivateJwk }: StoredSigningKey): string {
  const text = JSON.stringify([algorithm, publicJwk, Buffer.from(sealedPrivateJwk).toString('base64')])
  return Buffer.from(sha256(text)).toString('base64')
}
