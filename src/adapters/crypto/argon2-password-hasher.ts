import * as argon2 from 'argon2'
import type { HashingSettings } from '../../domain/passwords/hashing-settings.ts'
import { normalisePassword, type StoredPassword } from '../../domain/passwords/password.ts'
import { parsePasswordHash } from '../../domain/passwords/password-hash.ts'
import type { PasswordHasher } from '../../domain/passwords/password-hasher.ts'
import { UnavailableError } from '../../domain/refusals.ts'
import { Deadline } from '../../lib/deadline.ts'
import { sha256 } from '../../lib/digest.ts'
import { Gate, GateTimeout } from '../../lib/gate.ts'
import { type Logger, silentLogger } from '../../lib/logger.ts'
import { randomBytes } from '../../lib/random.ts'
import type { Secret } from '../../lib/secret.ts'
import { verifyBcrypt } from './bcrypt.ts'

/** Maximum number of waiting callers. Each uses memory, and none waits longer than the deadline of the queue. */
const queueLimit = 256

/**
 * argon2id (RFC 9106, OWASP Password Storage Cheat Sheet) behind a gate, with the pepper as its secret input. Also verifies
 * the bcrypt hashes of imported users, and reports that they need a rehash. A hash in any other format is logged and never
 * matches.
 */
export class Argon2PasswordHasher implements PasswordHasher {
  readonly #settings: HashingSettings
  readonly #pepper: { id: string; secret: Buffer } | null
  readonly #gate: Gate
  readonly #logger: Logger
  #decoy: Promise<string> | null = null

  constructor(settings: HashingSettings, pepper: Secret | null, logger: Logger = silentLogger) {
    this.#settings = settings
    this.#logger = logger
    this.#pepper = pepper === null ? null : openPepper(pepper)
    this.#gate = new Gate({
      concurrency: settings.concurrency,
      queueSeconds: settings.queueSeconds,
      queueLimit,
    })
  }

  async hash(
    password: string,
    deadline = this.newDeadline(),
  ): Promise<Pick<StoredPassword, 'hash' | 'pepperId'>> {
    const hash = await this.#run(() => argon2.hash(normalisePassword(password), this.#options()), deadline)
    return { hash, pepperId: this.#pepper?.id ?? null }
  }

  async verify(
    password: string,
    stored: StoredPassword | null,
    deadline = this.newDeadline(),
  ): Promise<boolean> {
    for (const spelling of spellingsOf(password))
      if (await this.#compare(spelling, stored, deadline)) return true
    return false
  }

  newDeadline(): Deadline {
    return new Deadline(this.#settings.queueSeconds)
  }

  needsRehash(stored: StoredPassword): boolean {
    const hash = parsePasswordHash(stored.hash)
    if (hash?.kind !== 'argon2id' || !hash.ordered) return true
    if (stored.pepperId !== (this.#pepper?.id ?? null)) return true
    const { memoryKib, passes, lanes } = this.#settings
    return hash.memoryKib !== memoryKib || hash.passes !== passes || hash.lanes !== lanes
  }

  /** Creates the decoy before the first request, so that the first unknown identifier takes no longer than later ones. */
  async prepare(): Promise<void> {
    await this.#decoyHash()
  }

  async #compare(password: string, stored: StoredPassword | null, deadline: Deadline): Promise<boolean> {
    if (stored === null) return this.#compareWithDecoy(password, deadline)
    const { hash, pepperId } = stored
    const kind = parsePasswordHash(hash)?.kind
    if (kind === 'bcrypt') return this.#run(() => verifyBcrypt(password, hash), deadline)
    if (kind === 'argon2id')
      return this.#run(() => argon2.verify(hash, password, this.#secretOf(pepperId)), deadline)
    this.#logger.error({ format: hash.slice(0, 3) }, 'a stored password hash is not usable')
    return this.#compareWithDecoy(password, deadline)
  }

  async #compareWithDecoy(password: string, deadline: Deadline): Promise<false> {
    const decoy = await this.#decoyHash()
    await this.#run(() => argon2.verify(decoy, password, this.#secretOf(this.#pepper?.id ?? null)), deadline)
    return false
  }

  /** The hash with which unknown identifiers are compared: the hash of a random password that is not stored. */
  #decoyHash(): Promise<string> {
    this.#decoy ??= argon2.hash(Buffer.from(randomBytes(24)).toString('base64'), this.#options())
    return this.#decoy
  }

  #options() {
    const { memoryKib, passes, lanes } = this.#settings
    const secret = this.#pepper === null ? {} : { secret: this.#pepper.secret }
    return { type: argon2.argon2id, memoryCost: memoryKib, timeCost: passes, parallelism: lanes, ...secret }
  }

  #secretOf(pepperId: string | null): { secret?: Buffer } {
    if (pepperId === null) return {}
    if (this.#pepper?.id !== pepperId)
      throw new Error(
        'A stored password was hashed with another PASSWORD_PEPPER. Restore the previous value of PASSWORD_PEPPER.',
      )
    return { secret: this.#pepper.secret }
  }

  async #run<T>(work: () => Promise<T>, deadline: Deadline): Promise<T> {
    try {
      return await this.#gate.run(work, deadline.leftMs)
    } catch (error) {
      if (error instanceof GateTimeout) throw new UnavailableError(Math.ceil(this.#settings.queueSeconds))
      throw error
    }
  }
}

/**
 * The texts that are compared with a stored hash: the password in NFC, in which this service hashes, and as it was typed, in
 * which the service of an imported user hashed it. The work does not depend on the kind of the stored hash.
 */
function spellingsOf(password: string): readonly string[] {
  return [...new Set([normalisePassword(password), password])]
}

function openPepper(pepper: Secret): { id: string; secret: Buffer } {
  const text = pepper.reveal()
  const id = Buffer.from(sha256(`password-pepper-id\0${text}`))
    .toString('hex')
    .slice(0, 8)
  return { id, secret: Buffer.from(text) }
}
