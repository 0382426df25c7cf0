import { isDeepStrictEqual } from 'node:util'
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

/** Both halves of a key, known to belong together. */
export interface OpenedKey extends VerificationKey {
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

/**
 * Opens a key. Its private half is sealed, its public one is not: what is published and verified with has to be what the
 * sealed half says. @throws UnusableKeyError, also when that is not what is stored
 */
export async function openKey(key: StoredSigningKey, sealer: Sealer): Promise<OpenedKey> {
  const { kid, algorithm, publicJwk } = key
  try {
    const opened = sealer.open(key.sealedPrivateJwk, sealingPurpose(kid))
    const privateJwk: JWK = JSON.parse(Buffer.from(opened).toString())
    if (!isDeepStrictEqual(publicJwk, { ...publicHalf(privateJwk), kid, alg: algorithm, use: 'sig' }))
      throw new Error('The halves belong to two keys.')
    const privateKey = await importKey(privateJwk, algorithm)
    return {
      kid,
      algorithm,
      privateKey,
      publicJwk,
      publicKey: await importKey(publicJwk, algorithm),
    }
  } catch {
    throw new UnusableKeyError(kid)
  }
}

/** Which of these keys cannot be used, neither to sign nor to verify. */
export async function unusableKeys(
  keys: readonly StoredSigningKey[],
  sealer: Sealer,
): Promise<readonly StoredSigningKey[]> {
  const opened = await Promise.allSettled(keys.map((key) => openKey(key, sealer)))
  return keys.filter((_key, index) => opened[index]?.status === 'rejected')
}

/** A private JWK holds its public half: modulus and exponent, or curve and point (RFC 7518 section 6). */
function publicHalf(privateJwk: JWK): JWK {
  const members = new Set(['kty', 'n', 'e', 'crv', 'x', 'y'])
  return Object.fromEntries(Object.entries(privateJwk).filter(([member]) => members.has(member)))
}

async function importKey(jwk: JWK, algorithm: SigningAlgorithm): Promise<CryptoKey> {
  const key = await importJWK(jwk, algorithm)
  if (key instanceof Uint8Array) throw new Error('An asymmetric key was wanted.')
  return key
}
