import { verify } from '@node-rs/bcrypt'

/**
 * Verifies on libuv's threads. bcrypt uses only the first 72 bytes of a password, as it did in the service that created
 * the hash. The new hash that replaces it at the same login covers the whole password.
 */
export function verifyBcrypt(password: string, hash: string): Promise<boolean> {
  return verify(password, hash)
}
