import type { Clock } from '../../lib/clock.ts'
import { sha256 } from '../../lib/digest.ts'
import type { Logger } from '../../lib/logger.ts'
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

/** A key, and the row that it was opened from. */
interface KeptKey {
  readonly opened: OpenedKey
  readonly fingerprint: string
}

const reloadMs = 30_000
/** An unknown kid may be a key that another process has just published: looked up anew, but no more often than this. */
const missReloadMs = 5_000

/** The signing keys in memory: one signs, all verify, all are published. Follows the database every half minute. */
export class KeyRing {
  readonly #deps: KeyRingDeps
  #keys: ReadonlyMap<string, KeptKey> = new Map()
  #current: CurrentKey | null = null
  readonly #reported = new Map<string, string>()
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
    if (known !== undefined) return known.opened
    await this.#reloadAfterMiss()
    return this.#keys.get(kid)?.opened ?? null
  }

  /** What /.well-known/jwks.json shows (RFC 7517 section 5), and its entity tag. */
  async publish(): Promise<{ body: string; etag: string }> {
    const body = JSON.stringify({ keys: [...this.#keys.values()].map(({ opened }) => opened.publicJwk) })
    return { body, etag: `"${Buffer.from(sha256(body)).toString('base64url').slice(0, 22)}"` }
  }

  /**
   * Reads the keys anew. A row that is damaged, or has been changed by somebody who could not seal a private half, is
   * reported and left out; a key that was opened before stays as it was opened.
   * @throws UnusableKeyError when the key that signs cannot be used and none has signed before
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

  /** Every changed row is looked at as if it were new: whoever may write to the table must not choose what verifies. */
  async #open(row: StoredSigningKey): Promise<{ key: KeptKey | null; damaged: StoredSigningKey | null }> {
    const known = this.#keys.get(row.kid) ?? null
    const fingerprint = fingerprintOf(row)
    if (known?.fingerprint === fingerprint) return { key: known, damaged: null }
    try {
      return { key: { opened: await openKey(row, this.#deps.sealer), fingerprint }, damaged: null }
    } catch {
      return { key: known, damaged: row }
    }
  }

  /** By name, once for each way in which it is damaged. */
  #report(row: StoredSigningKey): void {
    const { kid, state } = row
    const fingerprint = fingerprintOf(row)
    if (this.#reported.get(kid) === fingerprint) return
    this.#reported.set(kid, fingerprint)
    this.#deps.logger.error(
      { kid, state },
      'a signing key is damaged or sealed with another MASTER_KEY: its row is not used',
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

/** Of all that decides what a key is; its state is not part of it. */
function fingerprintOf({ algorithm, publicJwk, sealedPrivateJwk }: StoredSigningKey): string {
  const text = JSON.stringify([algorithm, publicJwk, Buffer.from(sealedPrivateJwk).toString('base64')])
  return Buffer.from(sha256(text)).toString('base64')
}
