import { createCipheriv, pbkdf2, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { DerivedHash, Pbkdf2Hash, ScryptHash } from '../../domain/passwords/derived-hash.ts'
import { scryptBytes } from '../../domain/passwords/derived-hash.ts'

const deriveByPbkdf2 = promisify(pbkdf2)

/** Verifies scrypt and PBKDF2 hashes of other systems on the threads of libuv. */
export async function verifyDerived(password: string, stored: DerivedHash): Promise<boolean> {
  const computed =
    stored.kind === 'pbkdf2' ? await computePbkdf2(password, stored) : await computeScrypt(password, stored)
  return timingSafeEqual(computed, stored.hash)
}

function computePbkdf2(
  password: string,
  { salt, iterations, hash, digest }: Pbkdf2Hash,
): Promise<Uint8Array> {
  return deriveByPbkdf2(password, salt, iterations, hash.length, digest)
}

/** The key of AES-256. */
const cipherKeyBytes = 32

async function computeScrypt(password: string, stored: ScryptHash): Promise<Uint8Array> {
  const { variant, hash } = stored
  if (variant === 'key') return deriveByScrypt(password, stored, hash.length)
  if (variant === 'nfkc') return deriveByScrypt(password.normalize('NFKC'), stored, hash.length)
  const key = await deriveByScrypt(password, stored, cipherKeyBytes)
  // Zeros, encrypted in counter mode, are the keystream.
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(hash.length))
}

function deriveByScrypt(password: string, stored: ScryptHash, bytes: number): Promise<Buffer> {
  const { salt, logN, blockSize: r, parallelism: p } = stored
  // OpenSSL counts a few blocks besides.
  const options = { N: 2 ** logN, r, p, maxmem: 2 * scryptBytes(stored) + 1_048_576 }
  return new Promise((resolve, reject) => {
    scrypt(password, salt, bytes, options, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}
