import { createPublicKey, KeyObject } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { importJWK, type JWK } from 'jose'
import { sealingPurpose } from './key-generation.ts'
import type { Sealer } from './sealer.ts'
import type { SigningAlgorithm, StoredSigningKey, VerificationKey } from './signing-key.ts'

/** A stored key cannot be used: it was encrypted with another MASTER_KEY, or its row is damaged. */
export class UnusableKeyError extends Error {
  readonly kid: string
  constructor(kid: string) {
    super(
      `The signing key ${kid} cannot be decrypted: MASTER_KEY is not the one that encrypted it, or its row is damaged.`,
    )
    this.kid = kid
  }
}

/** A key pair that was verified to belong together. */
export interface OpenedKey extends VerificationKey {
  readonly privateKey: KeyObject
  readonly publicJwk: JWK
}

/**
 * Opens a key. Only the private key is sealed, so the stored public key must match the public part of the sealed one.
 * @throws UnusableKeyError if the key cannot be opened, or the stored public key does not match
 */
export async function openKey(key: StoredSigningKey, sealer: Sealer): Promise<OpenedKey> {
  const { kid, algorithm, publicJwk } = key
  try {
    const opened = sealer.open(key.sealedPrivateJwk, sealingPurpose(kid))
    const privateJwk: JWK = JSON.parse(Buffer.from(opened).toString())
    if (!isDeepStrictEqual(publicJwk, { ...publicPart(privateJwk), kid, alg: algorithm, use: 'sig' }))
      throw new Error('The public key does not belong to the private key.')
    const privateKey = await importPrivateKey(privateJwk, algorithm)
    return {
      kid,
      algorithm,
      privateKey,
      publicJwk,
      publicKey: importPublicKey(publicJwk),
    }
  } catch {
    throw new UnusableKeyError(kid)
  }
}

/** Those of these keys that can neither sign nor verify. */
export async function unusableKeys(
  keys: readonly StoredSigningKey[],
  sealer: Sealer,
): Promise<readonly StoredSigningKey[]> {
  const opened = await Promise.allSettled(keys.map((key) => openKey(key, sealer)))
  return keys.filter((_key, index) => opened[index]?.status === 'rejected')
}

/** The public part of a private JWK: modulus and exponent, or curve and point (RFC 7518, section 6). */
function publicPart(privateJwk: JWK): JWK {
  const members = new Set(['kty', 'n', 'e', 'crv', 'x', 'y'])
  return Object.fromEntries(Object.entries(privateJwk).filter(([member]) => members.has(member)))
}

/** Shorter RSA keys are refused (RFC 7518, section 3.3). */
const minRsaBits = 2048

/** The key in the form that verifies without the thread pool. @throws if it is not a public key, or a short one */
function importPublicKey(jwk: JWK): KeyObject {
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  const bits = key.asymmetricKeyDetails?.modulusLength ?? minRsaBits
  if (bits < minRsaBits) throw new Error('The key is too short.')
  return key
}

/** @throws if the key does not fit the algorithm */
async function importPrivateKey(jwk: JWK, algorithm: SigningAlgorithm): Promise<KeyObject> {
  // Extractable: future versions of Node convert no other keys to a KeyObject.
  const key = await importJWK(jwk, algorithm, { extractable: true })
  if (key instanceof Uint8Array) throw new Error('The key is not asymmetric.')
  return KeyObject.from(key)
}
