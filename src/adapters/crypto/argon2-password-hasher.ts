import * as argon2 from 'argon2'
import type { HashingSettings } from '../../domain/passwords/hashing-settings.ts'
import type { StoredPassword } from '../../domain/passwords/password.ts'
import type { PasswordHasher } from '../../domain/passwords/password-hasher.ts'
import { UnavailableError } from '../../domain/refusals.ts'
import { Deadline } from '../../lib/deadline.ts'
import { sha256 } from '../../lib/digest.ts'
import { Gate, GateTimeout } from '../../lib/gate.ts'
import { type Logger, silentLogger } from '../../lib/logger.ts'
import { randomBytes } from '../../lib/random.ts'
import type { Secret } from '../../lib/secret.ts'
import { isBcryptHash, verifyBcrypt } from './bcrypt.ts'

/** The format that the library writes; it throws for any other. */
const argon2idFormat =
  /^\$argon2id\$v=19\$m=\d{1,8},t=\d{1,4},p=\d{1,3}\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{16,}$/

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
    const hash = await this.#run(() => argon2.hash(password, this.#options()), deadline)
    return { hash, pepperId: this.#pepper?.id ?? null }
  }

  async verify(
    password: string,
    stored: StoredPassword | null,
    deadline = this.newDeadline(),
  ): Promise<boolean> {
    if (stored === null) return this.#compareWithDecoy(password, deadline)
    if (isBcryptHash(stored.hash)) return this.#run(() => verifyBcrypt(password, stored.hash), deadline)
    if (!argon2idFormat.test(stored.hash)) {
      this.#logger.error({ format: stored.hash.slice(0, 3) }, 'a stored password hash is not usable')
      return this.#compareWithDecoy(password, deadline)
    }
    return this.#run(() => argon2.verify(stored.hash, password, this.#secretOf(stored.pepperId)), deadline)
  }

  newDeadline(): Deadline {
    return new Deadline(this.#settings.queueSeconds)
  }

  needsRehash(stored: StoredPassword): boolean {
    if (!argon2idFormat.test(stored.hash) || stored.pepperId !== (this.#pepper?.id ?? null)) return true
    const { memoryKib, passes, lanes } = this.#settings
    return argon2.needsRehash(stored.hash, { memoryCost: memoryKib, timeCost: passes, parallelism: lanes })
  }

  /** Creates the decoy before the first request, so that the first unknown identifier takes no longer than later ones. */
  async prepare(): Promise<void> {
    await this.#decoyHash()
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

function openPepper(pepper: Secret): { id: string; secret: Buffer } {
  const text = pepper.reveal()
  const id = Buffer.from(sha256(`password-pepper-id\0${text}`))
    .toString('hex')
    .slice(0, 8)
  return { id, secret: Buffer.from(text) }
}
