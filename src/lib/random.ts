import { randomFillSync } from 'node:crypto'

/** This many bytes from the operating system's cryptographic generator. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return randomFillSync(new Uint8Array(length))
}
