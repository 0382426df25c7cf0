import type { HashingSettings } from '../../domain/passwords/hashing-settings.ts'
import { normalisePassword, type StoredPassword } from '../../domain/passwords/password.ts'
import { costFault, type PasswordHash, parsePasswordHash } from '../../domain/passwords/password-hash.ts'
import type { HashLoad, PasswordHasher } from '../../domain/passwords/password-hasher.ts'
import { OverloadError } from '../../domain/refusals.ts'
import { Gate, GateTimeout } from '../../lib/concurrency/gate.ts'
import { sha256 } from '../../lib/crypto/digest.ts'
import { randomBytes } from '../../lib/crypto/random.ts'
import type { Secret } from '../../lib/crypto/secret.ts'
import { type Logger, silentLogger } from '../../lib/observation/logger.ts'
import type { Timings } from '../../lib/observation/timings.ts'
import { Deadline } from '../../lib/time/deadline.ts'
import type { Argon2Cost, Argon2Engine } from './argon2-engine.ts'
import { verifyBcrypt } from './bcrypt.ts'
import { verifyDerived } from './derived-hashes.ts'
import { HashAdmission } from './hash-admission.ts'

/** Maximum number of waiting callers. Each uses memory, and none waits longer than the deadline of the queue. */
const queueLimit = 256

/**
 * argon2id (RFC 9106, OWASP Password Storage Cheat Sheet) behind a gate, with the pepper as its secret input. Also verifies
 * the hashes of imported users (bcrypt, other argon2, scrypt, PBKDF2), and reports that they need a rehash. A hash in any other
 * format, or one that is more expensive than an import allows, is logged and never matches.
 */
export class Argon2PasswordHasher implements PasswordHasher {
  readonly #settings: HashingSettings
  readonly #pepper: { id: string; secret: Buffer } | null
  readonly #engine: Argon2Engine
  readonly #gate: Gate
  /** In addition, for hashes in the thread pool of libuv, which other work shares. */
  readonly #poolGate: Gate
  readonly #admission: HashAdmission
  readonly #logger: Logger
  readonly #timings: Timings | null
  #decoy: Promise<string> | null = null

  readonly description: string

  constructor(
    settings: HashingSettings,
    pepper: Secret | null,
    engine: Argon2Engine,
    logger: Logger = silentLogger,
    timings: Timings | null = null,
  ) {
    this.#settings = settings
    this.#engine = engine
    this.#logger = logger
    this.#timings = timings
    this.#pepper = pepper === null ? null : openPepper(pepper)
    const concurrency = concurrencyOf(settings, engine)
    this.description = describeHashing(settings, engine)
    this.#admission = new HashAdmission(settings, concurrency, queueLimit)
    this.#gate = new Gate({
      concurrency,
      queueSeconds: settings.queueSeconds,
      queueLimit,
    })
    this.#poolGate = new Gate({
      concurrency: Math.min(concurrency, settings.pooledConcurrency),
      queueSeconds: settings.queueSeconds,
      queueLimit: concurrency,
    })
  }

  async hash(
    password: string,
    deadline = this.newDeadline(),
  ): Promise<Pick<StoredPassword, 'hash' | 'pepperId'>> {
    const hash = await this.#run(() => this.#engine.hash(normalisePassword(password), this.#cost()), deadline)
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

  get load(): HashLoad {
    const { running, waiting } = this.#gate
    return { running, waiting }
  }

  get hasRoom(): boolean {
    return this.#admission.hasRoom
  }

  admit(): (() => void) | null {
    return this.#admission.admit()
  }

  newDeadline(): Deadline {
    return new Deadline(this.#settings.queueSeconds)
  }

  needsRehash(stored: StoredPassword): boolean {
    const hash = parsePasswordHash(stored.hash)
    if (hash?.kind !== 'argon2' || hash.variant !== 'argon2id' || hash.version !== 19) return true
    if (!hash.ordered) return true
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
    const parsed = parsePasswordHash(hash)
    if (parsed?.kind === 'argon2')
      return this.#run(() => this.#engine.verify(hash, password, this.#secretOf(pepperId)), deadline)
    // The bound of an import again: the row can have come by another way.
    if (parsed !== null && costFault(parsed) === null)
      return this.#runInPool(() => verifyForeign(password, hash, parsed), deadline)
    this.#logger.error({ format: hash.slice(0, 3) }, 'a stored password hash is not usable')
    return this.#compareWithDecoy(password, deadline)
  }

  #runInPool<T>(work: () => Promise<T>, deadline: Deadline): Promise<T> {
    return this.#run(() => this.#poolGate.run(work, deadline.leftMs), deadline)
  }

  async #compareWithDecoy(password: string, deadline: Deadline): Promise<false> {
    const decoy = await this.#decoyHash()
    await this.#run(() => this.#engine.verify(decoy, password, this.#pepper?.secret ?? null), deadline)
    return false
  }

  /** The hash with which unknown identifiers are compared: the hash of a random password that is not stored. */
  #decoyHash(): Promise<string> {
    const random = () => this.#engine.hash(Buffer.from(randomBytes(24)).toString('base64'), this.#cost())
    this.#decoy ??= this.#timed(random)
    return this.#decoy
  }

  #cost(): Argon2Cost {
    const { memoryKib, passes, lanes } = this.#settings
    return { memoryKib, passes, lanes, secret: this.#pepper?.secret ?? null }
  }

  #secretOf(pepperId: string | null): Uint8Array | null {
    if (pepperId === null) return null
    if (this.#pepper?.id !== pepperId)
      throw new Error(
        'A stored password was hashed with another PASSWORD_PEPPER. Restore the previous value of PASSWORD_PEPPER.',
      )
    return this.#pepper.secret
  }

  async #timed<T>(work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now()
    const end = this.#timings?.begin('hash', 'hash')
    try {
      return await work()
    } finally {
      end?.()
      this.#admission.noteHash(performance.now() - startedMs)
    }
  }

  async #run<T>(work: () => Promise<T>, deadline: Deadline): Promise<T> {
    const endWait = this.#timings?.begin('hash_wait', 'hash wait')
    const workInTurn = () => {
      endWait?.()
      return this.#timed(work)
    }
    try {
      return await this.#gate.run(workInTurn, deadline.leftMs)
    } catch (error) {
      if (error instanceof GateTimeout) endWait?.(error)
      if (error instanceof GateTimeout) throw new OverloadError(Math.ceil(this.#settings.queueSeconds))
      throw error
    }
  }
}

function verifyForeign(
  password: string,
  text: string,
  hash: Exclude<PasswordHash, { kind: 'argon2' }>,
): Promise<boolean> {
  return hash.kind === 'bcrypt' ? verifyBcrypt(password, text) : verifyDerived(password, hash)
}

/** Number of hashes that run at once with an implementation. */
function concurrencyOf(settings: HashingSettings, { usesPool }: Argon2Engine): number {
  return usesPool ? Math.min(settings.concurrency, settings.pooledConcurrency) : settings.concurrency
}

/** The implementation and how many hashes it computes at a time. */
export function describeHashing(settings: HashingSettings, engine: Argon2Engine): string {
  return `argon2id by ${engine.name}, at most ${concurrencyOf(settings, engine)} at a time`
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
