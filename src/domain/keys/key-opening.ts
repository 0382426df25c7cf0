import { type CryptoKey, importJWK, type JWK } from 'jose'
import { sealingPurpose } from './key-generation.ts'
import type { Sealer } from './sealer.ts'
import type { SigningAlgorithm, StoredSigningKey, VerificationKey } from './signing-key.ts'

/** A stored key that cannot be used: MASTER_KEY is another one, or the row was damaged. */
export class UnusableKeyError extends Error {
  readonly kid: string
  constructor(kid: string) {
    super(
      `The signing key ${kid} cannot be opened: MASTER_KEY is not the one it was sealed with, or its row is damaged.`,
    )
    this.kid = kid
  }
}

/** The private half of a key. @throws UnusableKeyError, also when it is not the half of the public one that is stored */
export async function openPrivateKey(key: StoredSigningKey, sealer: Sealer): Promise<CryptoKey> {
  try {
    const opened = sealer.open(key.sealedPrivateJwk, sealingPurpose(key.kid))
    const jwk: JWK = JSON.parse(Buffer.from(opened).toString())
    if (!isSamePair(jwk, key.publicJwk)) throw new Error('The halves belong to two keys.')
    return await importKey(jwk, key.algorithm)
  } catch {
    throw new UnusableKeyError(key.kid)
  }
}

/** The public half of a key. @throws UnusableKeyError */
export async function importPublicKey(key: StoredSigningKey): Promise<VerificationKey> {
  try {
    return {
      kid: key.kid,
      algorithm: key.algorithm,
      publicKey: await importKey(key.publicJwk, key.algorithm),
    }
  } catch {
    throw new UnusableKeyError(key.kid)
  }
}

/** Which of these keys cannot be used, neither to sign nor to verify. */
export async function unusableKeys(
  keys: readonly StoredSigningKey[],
  sealer: Sealer,
): Promise<readonly StoredSigningKey[]> {
  const checks = await Promise.all(
    keys.map(async (key) => {
      try {
        await openPrivateKey(key, sealer)
        await importPublicKey(key)
        return []
      } catch {
        return [key]
      }
    }),
  )
  return checks.flat()
}

/** A private JWK holds its public half: modulus and exponent, or curve and point (RFC 7518 section 6). */
function isSamePair(privateJwk: JWK, publicJwk: JWK): boolean {
  const members = ['kty', 'n', 'e', 'crv', 'x', 'y'] as const
  return members.every((member) => privateJwk[member] === publicJwk[member])
}

async function importKey(jwk: JWK, algorithm: SigningAlgorithm): Promise<CryptoKey> {
  const key = await importJWK(jwk, algorithm)
  if (key instanceof Uint8Array) throw new Error('An asymmetric key was wanted.')
  return key
}
