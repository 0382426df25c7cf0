import { randomFillSync, randomInt } from 'node:crypto'

/** Returns random bytes from the cryptographic generator of the operating system. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return randomFillSync(new Uint8Array(length))
}

/** Returns an integer from 0 to `limit` - 1 with uniform distribution (rejection sampling: no modulo bias). */
export function randomBelow(limit: number): number {
  return randomInt(limit)
}
