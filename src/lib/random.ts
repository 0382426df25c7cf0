import { randomFillSync, randomInt } from 'node:crypto'

/** This many bytes from the operating system's cryptographic generator. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return randomFillSync(new Uint8Array(length))
}

/** A whole number from 0 to below `limit`, each as likely as any other: what would favour some is drawn again. */
export function randomBelow(limit: number): number {
  return randomInt(limit)
}
