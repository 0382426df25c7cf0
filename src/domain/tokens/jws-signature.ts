import { sign, verify } from 'node:crypto'
import { promisify } from 'node:util'
import type { CurrentKey, SigningAlgorithm, VerificationKey } from '../keys/signing-key.ts'

/** Digest of each algorithm (RFC 7518, section 3; RFC 8037, section 3.1). EdDSA hashes by itself. */
const digests: Readonly<Record<SigningAlgorithm, 'sha256' | null>> = {
  RS256: 'sha256',
  ES256: 'sha256',
  EdDSA: null,
}

/** The form of an ES256 signature: R and S, concatenated (RFC 7518, section 3.4). */
const dsaEncoding = 'ieee-p1363'

const signInPool = promisify(sign)

/**
 * Signs a JWS Signing Input (RFC 7515, section 5.1). Returns the signature in base64url. RS256 takes 0.5 ms and runs in the
 * thread pool; if passwords are hashed there, too (the package argon2), it can wait for them. ES256 and EdDSA are faster than a job
 * of the pool and run in this thread.
 */
export async function signatureBy(
  { algorithm, privateKey }: CurrentKey,
  signingInput: string,
): Promise<string> {
  const key = { key: privateKey, dsaEncoding } as const
  const data = Buffer.from(signingInput)
  const signature =
    algorithm === 'RS256'
      ? await signInPool(digests[algorithm], data, key)
      : sign(digests[algorithm], data, key)
  return signature.toString('base64url')
}

/**
 * Whether the key has signed a token in compact form (RFC 7515, section 5.2). Runs in this thread: in the thread pool,
 * a check could wait for password hashes. Takes about 20 µs with RS256.
 */
export function isSignedBy({ algorithm, publicKey }: VerificationKey, token: string): boolean {
  const end = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(end + 1), 'base64url')
  const signed = Buffer.from(token.slice(0, end))
  try {
    return verify(digests[algorithm], signed, { key: publicKey, dsaEncoding }, signature)
  } catch {
    return false
  }
}
