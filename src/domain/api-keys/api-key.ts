import { sha256 } from '../../lib/digest.ts'
import { randomBytes } from '../../lib/random.ts'
import { Secret } from '../../lib/secret.ts'

/** A key of another program, as its owner sees it. The key itself was shown once. */
export interface ApiKey {
  readonly id: string
  /** Who made it, and whose permissions bound it. */
  readonly userId: string
  readonly name: string
  /** Its first characters, to recognise it by. */
  readonly prefix: string
  readonly permissions: readonly string[]
  /** Calls and a span, such as 1000/1h; null: the default limits. */
  readonly rateLimit: string | null
  readonly createdAt: Date
  /** To a minute. */
  readonly lastUsedAt: Date | null
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
}

/** Makes secret scanners recognise it. */
const kind = 'ghk_'
const secretBytes = 32
const prefixLength = kind.length + 8
/** 43 characters hold 258 bits: the last one has only the values that 256 bits leave it. */
const pattern = /^ghk_[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

/** Whether a text is to be taken for an API key, well formed or not. */
export function looksLikeApiKey(text: string): boolean {
  return text.startsWith(kind)
}

/** A new key of 256 random bits. */
export function newApiKeySecret(): {
  readonly secret: Secret
  readonly prefix: string
  readonly digest: Uint8Array<ArrayBuffer>
} {
  const text = kind + Buffer.from(randomBytes(secretBytes)).toString('base64url')
  return { secret: new Secret(text), prefix: text.slice(0, prefixLength), digest: sha256(text) }
}

/** What a key is stored and found by; null for what no key can be. Of 256 random bits a plain digest tells nothing. */
export function apiKeyDigest(text: string): Uint8Array<ArrayBuffer> | null {
  return pattern.test(text) ? sha256(text) : null
}
