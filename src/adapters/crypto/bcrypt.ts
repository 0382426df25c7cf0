import { verify } from '@node-rs/bcrypt'

const form = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/

/** 2^14 rounds take two seconds; more would hold a thread of the pool for as long as whoever imported the hash likes. */
const highestCost = 14

/** Whether it is a bcrypt hash that can be compared: of an imported user, not yet upgraded. */
export function isBcryptHash(hash: string): boolean {
  const cost = form.exec(hash)?.[1]
  return cost !== undefined && Number(cost) >= 4 && Number(cost) <= highestCost
}

/**
 * Compares on libuv's threads. bcrypt reads 72 bytes: a longer password is compared by them alone, as the service that
 * made the hash did. The hash that takes its place at the same login covers all of it.
 */
export function verifyBcrypt(password: string, hash: string): Promise<boolean> {
  return verify(password, hash)
}
