import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

const derivedKeyBytes = 32

/** SHA-256 (FIPS 180-4), 32 bytes; text is taken as UTF-8. */
export function sha256(data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(data).digest())
}

/** HMAC-SHA-256 (RFC 2104), 32 bytes; text is taken as UTF-8. */
export function hmacSha256(key: Uint8Array | string, data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac('sha256', key).update(data).digest())
}

/** Whether both are the same bytes, in constant time; false at once when their lengths differ. */
export function equalDigests(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

/** A key of 32 bytes for one purpose (HKDF-SHA-256, RFC 5869): other purposes give unrelated keys. */
export function deriveKey(master: Uint8Array, purpose: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hkdfSync('sha256', master, new Uint8Array(0), purpose, derivedKeyBytes))
}

const counterKeyBytes = 16

/**
 * What a counter is kept under: an HMAC of the parts, cut to 128 bits, base64url (RFC 2104, section 5). It tells nothing
 * of them without the key, and no two lists of parts run together into one.
 */
export function counterKey(key: Uint8Array, ...parts: readonly string[]): string {
  let written = ''
  for (const part of parts) written += `${part.length}:${part}`
  return createHmac('sha256', key).update(written).digest().toString('base64url', 0, counterKeyBytes)
}
