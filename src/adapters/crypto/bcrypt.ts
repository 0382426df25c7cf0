import { verify } from '@node-rs/bcrypt'

const format = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/

/** Maximum cost: 2^14 rounds take two seconds. A higher cost in an imported hash would block a thread of the pool. */
const maxCost = 14

/** Whether the hash is a bcrypt hash that can be verified: one of an imported user, not yet upgraded. */
export function isBcryptHash(hash: string): boolean {
  const cost = format.exec(hash)?.[1]
  return cost !== undefined && Number(cost) >= 4 && Number(cost) <= maxCost
}

/**
 * Verifies on libuv's threads. bcrypt uses only the first 72 bytes of a password, as it did in the service that created
 * the hash. The new hash that replaces it at the same login covers the whole password.
 */
export function verifyBcrypt(password: string, hash: string): Promise<boolean> {
  return verify(password, hash)
}
