import { equalDigests, hmacSha256 } from '../../lib/crypto/digest.ts'

/** What a code proves: that this user receives messages at this number. */
export interface PhoneCodeClaim {
  readonly userId: string
  /** E.164. */
  readonly phoneNumber: string
  readonly code: string
}

/**
 * Digests of codes, bound to user and number. A code has so few values that an unkeyed digest would reveal it, so the
 * digest is an HMAC with a key that is not in the database.
 */
export class PhoneCodeDigests {
  readonly #keys: readonly [Uint8Array, ...Uint8Array[]]

  /** @param keys the first one creates digests, all are accepted */
  constructor(keys: readonly [Uint8Array, ...Uint8Array[]]) {
    this.#keys = keys
  }

  of(claim: PhoneCodeClaim): Uint8Array<ArrayBuffer> {
    return hmacSha256(this.#keys[0], textOf(claim))
  }

  /** Whether the digest is one of this claim. Takes the same time for every code. */
  matches(digest: Uint8Array, claim: PhoneCodeClaim): boolean {
    return this.#keys.some((key) => equalDigests(hmacSha256(key, textOf(claim)), digest))
  }
}

function textOf({ userId, phoneNumber, code }: PhoneCodeClaim): string {
  return [userId, phoneNumber, code].join('\0')
}
