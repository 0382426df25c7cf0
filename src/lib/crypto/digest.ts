import { createHmac, hash, hkdfSync, timingSafeEqual } from 'node:crypto'

const derivedKeyBytes = 32

/** SHA-256 (FIPS 180-4), 32 bytes; text is encoded as UTF-8. */
export function sha256(data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hash('sha256', data, 'buffer'))
}

/** SHA-256 of a text in UTF-8, as base64. For keys of maps. */
export function digestText(text: string): string {
  return hash('sha256', text, 'base64')
}

/** HMAC-SHA-256 (RFC 2104), 32 bytes; text is encoded as UTF-8. */
export function hmacSha256(key: Uint8Array | string, data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac('sha256', key).update(data).digest())
}

/** Lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** Whether both hold the same bytes. Constant time for equal lengths; different lengths return false immediately. */
export function equalDigests(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Derives a key of 32 bytes for one purpose (HKDF-SHA-256, RFC 5869). Different purposes give unrelated keys. */
export function deriveKey(master: Uint8Array, purpose: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hkdfSync('sha256', master, new Uint8Array(0), purpose, derivedKeyBytes))
}

const counterKeyBytes = 16

/**
 * The key of a counter: an HMAC of its subject, truncated to 128 bits, base64url (RFC 2104, section 5). Without the HMAC
 * key it reveals nothing about the parts of the subject.
 */
export function counterKey(key: Uint8Array, ...parts: readonly string[]): string {
  return keyOfSubject(key, counterSubject(parts))
}

/** Each part with its length, so that different lists of parts never give the same text. */
export function counterSubject(parts: readonly string[]): string {
  let subject = ''
  for (const part of parts) subject += `${part.length}:${part}`
  return subject
}

/** The key of the counter of a subject: see `counterKey`. */
export function keyOfSubject(key: Uint8Array, subject: string): string {
  return createHmac('sha256', key).update(subject).digest().toString('base64url', 0, counterKeyBytes)
}
