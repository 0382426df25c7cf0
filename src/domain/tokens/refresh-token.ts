import { equalDigests, hmacSha256, sha256 } from '../../lib/crypto/digest.ts'
import { randomBytes } from '../../lib/crypto/random.ts'
import type { IdentifiedSecret } from '../../lib/crypto/secret.ts'

/** Prefix that secret scanners recognise. */
const prefix = 'ghr_'
const version = 1
const familyBytes = 16
/** version (1), key id (4), family (16), generation (4), HMAC-SHA-256 (32). */
const bodyBytes = 1 + 4 + familyBytes + 4
const tokenBytes = bodyBytes + 32
const pattern = /^ghr_[A-Za-z0-9_-]{76}$/

/** The content of a refresh token. It is authentic if `open` returned it. */
export interface RefreshToken {
  /** 128 random bits, the secret that all refresh tokens of one session share. */
  readonly family: Uint8Array<ArrayBuffer>
  /** Number of rotations of the family before this token. A successor is derived from the family, not random. */
  readonly generation: number
}

/**
 * Encodes and decodes refresh tokens. Forged tokens are refused by their HMAC, without a database query. The first
 * pepper signs, all are accepted; a token with an unknown key id is refused like any other invalid text.
 */
export class RefreshTokenCodec {
  readonly #keys: readonly { id: Buffer; key: Uint8Array }[]

  constructor(peppers: readonly IdentifiedSecret[]) {
    this.#keys = peppers.map(({ id, secret }) => ({
      id: Buffer.from(sha256(`refresh-pepper-id\0${id}`)).subarray(0, 4),
      key: sha256(`refresh-pepper\0${secret.reveal()}`),
    }))
  }

  seal(token: RefreshToken): string {
    const [signing] = this.#keys
    if (signing === undefined) throw new Error('There is no refresh pepper to sign with.')
    const body = Buffer.alloc(bodyBytes)
    body.writeUInt8(version, 0)
    signing.id.copy(body, 1)
    body.set(token.family, 5)
    body.writeUInt32BE(token.generation, 5 + familyBytes)
    return prefix + Buffer.concat([body, hmacSha256(signing.key, body)]).toString('base64url')
  }

  /** The content of an authentic token; null for any other text. */
  open(text: string): RefreshToken | null {
    if (!pattern.test(text)) return null
    const bytes = Buffer.from(text.slice(prefix.length), 'base64url')
    if (bytes.length !== tokenBytes || bytes.readUInt8(0) !== version) return null
    const key = this.#keys.find(({ id }) => id.equals(bytes.subarray(1, 5)))
    if (key === undefined) return null
    const body = bytes.subarray(0, bodyBytes)
    if (!equalDigests(hmacSha256(key.key, body), bytes.subarray(bodyBytes))) return null
    return {
      family: Uint8Array.from(body.subarray(5, 5 + familyBytes)),
      generation: body.readUInt32BE(5 + familyBytes),
    }
  }
}

/** The digest by which a family is stored. It finds the session, but cannot be used to create a token. */
export function familyHash(family: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha256(family)
}

/** The first refresh token of a new family. */
export function firstOfNewFamily(): RefreshToken {
  return { family: randomBytes(familyBytes), generation: 0 }
}
