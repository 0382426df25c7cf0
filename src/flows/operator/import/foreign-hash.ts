import { firstBlock, formatDerivedHash, type Pbkdf2Digest } from '../../../domain/passwords/derived-hash.ts'
import type { FirebaseParameters } from './import-format.ts'
import { invalidRow } from './import-rows.ts'

/** The row has a password that could never be verified. */
export function unusableHash(message: string): Error {
  return invalidRow('UNSUPPORTED_PASSWORD_HASH', message, 'passwordHash')
}

/** better-auth: `salt:key` in hexadecimal digits. The salt is the text of its digits. */
export function betterAuthHash(text: string): string {
  const [salt = '', key = '', ...rest] = text.split(':')
  if (rest.length > 0 || !/^[0-9a-f]{1,64}$/i.test(salt) || !/^[0-9a-f]{128}$/i.test(key))
    throw unusableHash(
      'Must be a scrypt hash of better-auth: salt and key of 64 bytes in hexadecimal digits.',
    )
  const cost = { logN: 14, blockSize: 16, parallelism: 1 }
  const parts = { salt: Buffer.from(salt), hash: Buffer.from(key, 'hex') }
  return formatDerivedHash({ kind: 'scrypt', variant: 'nfkc', ...cost, ...parts })
}

export interface FirebaseHash extends FirebaseParameters {
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

const maxKeystreamBytes = 64

/**
 * Firebase encrypts its signer key with a key that scrypt derives from the password. What is stored is the keystream of that
 * encryption: it verifies the password without the signer key, which stays out of the database.
 */
export function firebaseHash({
  salt,
  hash,
  signerKey,
  saltSeparator,
  rounds,
  memCost,
}: FirebaseHash): string {
  if (hash.length !== signerKey.length)
    throw unusableHash('The hash and the signer key of the project differ in length.')
  const keystream = Buffer.from(hash.map((byte, index) => byte ^ (signerKey[index] ?? 0)))
  return formatDerivedHash({
    kind: 'scrypt',
    variant: 'keystream',
    logN: memCost,
    blockSize: rounds,
    parallelism: 1,
    salt: Buffer.concat([salt, saltSeparator]),
    hash: keystream.subarray(0, maxKeystreamBytes),
  })
}

export function pbkdf2Hash(
  digest: Pbkdf2Digest,
  iterations: number,
  salt: Uint8Array,
  hash: Uint8Array,
): string {
  return formatDerivedHash({ kind: 'pbkdf2', digest, iterations, salt, hash: firstBlock(digest, hash) })
}
