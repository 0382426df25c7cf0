import { counterKey, hmacSha256, toHex } from '../../lib/crypto/digest.ts'
import { clientNetwork } from '../../lib/network/client-network.ts'
import type { AttemptStore, DistinctCount } from './attempt-store.ts'
import type { LockOutDeps } from './lock-out.ts'

/** Number of identifiers within an hour, from one address or with one password, that cannot be typing errors. */
const suspiciousIdentifiers = 10
/** So few bits of a password are kept that billions of other passwords have the same digest. */
const passwordDigestBytes = 5

/** A wrong password for an identifier. */
export interface Guess {
  readonly address: string | null
  readonly tenant: string
  /** Normalised. */
  readonly identifier: string
  readonly password: string
}

export type GuessPattern = 'CREDENTIAL_STUFFING' | 'PASSWORD_SPRAYING'

export interface GuessPatternsDeps extends Pick<LockOutDeps, 'key' | 'failed'> {
  readonly attempts: Pick<AttemptStore, 'countDistinct' | 'peekDistinct'>
}

/**
 * Detects one address that tries many identifiers, and one password that is tried on many identifiers. The result only
 * causes warnings, so its methods never throw.
 */
export class GuessPatterns {
  readonly #deps: GuessPatternsDeps

  constructor(deps: GuessPatternsDeps) {
    this.#deps = deps
  }

  /** Counts a wrong guess. Returns the patterns that this guess completed; each pattern is returned once an hour. */
  async note({ address, tenant, identifier, password }: Guess): Promise<readonly GuessPattern[]> {
    const member = counterKey(this.#deps.key, 'guessed', tenant, identifier)
    const [byAddress, byPassword] = await Promise.all([
      address === null ? null : this.#count(this.#addressKey(address), member),
      this.#count(this.#passwordKey(password), member),
    ])
    const patterns: GuessPattern[] = []
    if (isCrossed(byAddress)) patterns.push('CREDENTIAL_STUFFING')
    if (isCrossed(byPassword)) patterns.push('PASSWORD_SPRAYING')
    return patterns
  }

  /**
   * Whether the address tries many identifiers, and whether the password is tried on many. Called for correct
   * passwords.
   */
  async seen(address: string | null, password: string): Promise<{ stuffing: boolean; spraying: boolean }> {
    const [byAddress, byPassword] = await Promise.all([
      address === null ? 0 : this.#peek(this.#addressKey(address)),
      this.#peek(this.#passwordKey(password)),
    ])
    return { stuffing: byAddress >= suspiciousIdentifiers, spraying: byPassword >= suspiciousIdentifiers }
  }

  async #peek(key: string): Promise<number> {
    try {
      return await this.#deps.attempts.peekDistinct(key)
    } catch (error) {
      this.#deps.failed(error, 'admitted')
      return 0
    }
  }

  async #count(key: string, member: string): Promise<DistinctCount | null> {
    try {
      return await this.#deps.attempts.countDistinct(key, member)
    } catch (error) {
      this.#deps.failed(error, 'admitted')
      return null
    }
  }

  #addressKey(address: string): string {
    return counterKey(this.#deps.key, 'guesses of', clientNetwork(address))
  }

  /** The spellings of one password (NFC, NFD) have one key. */
  #passwordKey(typed: string): string {
    const password = typed.normalize('NFC')
    const digest = hmacSha256(this.#deps.key, `guessed password\0${password}`).subarray(
      0,
      passwordDigestBytes,
    )
    return counterKey(this.#deps.key, 'guesses with', toHex(digest))
  }
}

/** Whether this call reached the threshold. */
function isCrossed(counted: DistinctCount | null): boolean {
  return counted?.added === true && counted.count === suspiciousIdentifiers
}
