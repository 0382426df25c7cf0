import { sha256 } from '../../lib/crypto/digest.ts'
import { randomBytes } from '../../lib/crypto/random.ts'
import { Secret } from '../../lib/crypto/secret.ts'

/** An API key as its owner sees it. The key itself was shown once, when it was created. */
export interface ApiKey {
  readonly id: string
  /** The user who created the key. Its permissions never exceed theirs. */
  readonly userId: string
  readonly name: string
  /** The first characters of the key, to recognise it. */
  readonly prefix: string
  readonly permissions: readonly string[]
  /** A limit such as `1000/1h`; null means the default limits. */
  readonly rateLimit: string | null
  readonly createdAt: Date
  /** Accurate to one minute. */
  readonly lastUsedAt: Date | null
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
}

/** Prefix that secret scanners recognise. */
const kind = 'ghk_'
const secretBytes = 32
const prefixLength = kind.length + 8
/** 43 characters of base64url hold 258 bits, so the last character of a 256-bit secret has only 16 possible values. */
const pattern = /^ghk_[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

/** Whether a text has the prefix of API keys, well formed or not. */
export function looksLikeApiKey(text: string): boolean {
  return text.startsWith(kind)
}

/** Generates a key of 256 random bits. */
export function newApiKeySecret(): {
  readonly secret: Secret
  readonly prefix: string
  readonly digest: Uint8Array<ArrayBuffer>
} {
  const text = kind + Buffer.from(randomBytes(secretBytes)).toString('base64url')
  return { secret: new Secret(text), prefix: text.slice(0, prefixLength), digest: sha256(text) }
}

/**
 * The digest by which a key is stored and found; null for text that is not well formed. A plain SHA-256 is sufficient,
 * since the key has 256 random bits.
 */
export function apiKeyDigest(text: string): Uint8Array<ArrayBuffer> | null {
  return pattern.test(text) ? sha256(text) : null
}
