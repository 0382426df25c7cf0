import { verify } from 'node:crypto'
import type { SigningAlgorithm, VerificationKey } from '../keys/signing-key.ts'

/** Digest of each algorithm (RFC 7518, section 3; RFC 8037, section 3.1). EdDSA hashes by itself. */
const digests: Readonly<Record<SigningAlgorithm, 'sha256' | null>> = {
  RS256: 'sha256',
  ES256: 'sha256',
  EdDSA: null,
}

/**
 * Whether the key has signed a token in compact form (RFC 7515, section 5.2). Runs in this thread: the thread pool of Node
 * hashes passwords, and a token would wait for them. Takes about 20 µs with RS256.
 */
export function isSignedBy({ algorithm, publicKey }: VerificationKey, token: string): boolean {
  const end = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(end + 1), 'base64url')
  const signed = Buffer.from(token.slice(0, end))
  try {
    return verify(digests[algorithm], signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
  } catch {
    return false
  }
}
