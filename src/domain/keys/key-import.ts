import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { CompactSign, calculateJwkThumbprint, compactVerify } from 'jose'
import { isObject } from '../../lib/text/json.ts'
import { sealingPurpose } from './key-generation.ts'
import { openKey } from './key-opening.ts'
import type { Sealer } from './sealer.ts'
import type { SigningAlgorithm, StoredSigningKey } from './signing-key.ts'

/** A file does not contain a key that can sign access tokens. The message says why, and contains nothing of the key. */
export class KeyImportError extends Error {
  override readonly name = 'KeyImportError'
}

const minRsaBits = 2048
/** A signature with a longer key takes so long that logins become slow. */
const maxRsaBits = 8192
/** FIPS 186-5, A.1.1: a smaller exponent makes forgeries easier. */
const minRsaExponent = 65_537n

/** A private key that was read from a file, and the algorithm that it signs with. */
export interface PrivateKeyOfFile {
  readonly key: KeyObject
  readonly algorithm: SigningAlgorithm
}

/** Reads one private key: PEM (PKCS #8, RFC 5958) or a JWK (RFC 7517). @throws KeyImportError */
export function readPrivateKey(text: string): PrivateKeyOfFile {
  const trimmed = text.trim()
  const key = trimmed.startsWith('{') ? readJwk(trimmed) : readPem(trimmed)
  return { key, algorithm: algorithmOf(key) }
}

/**
 * The key as a NEXT key, sealed like a generated one. The pair is verified: what the private key signs, the public key
 * must verify. @throws KeyImportError
 */
export async function sealImportedKey(
  { key, algorithm }: PrivateKeyOfFile,
  sealer: Sealer,
  now: Date,
): Promise<StoredSigningKey> {
  const privateJwk = key.export({ format: 'jwk' })
  const publicJwk = createPublicKey(key).export({ format: 'jwk' })
  const kid = await calculateJwkThumbprint(publicJwk)
  const stored: StoredSigningKey = {
    kid,
    algorithm,
    publicJwk: { ...publicJwk, kid, alg: algorithm, use: 'sig' },
    sealedPrivateJwk: sealer.seal(Buffer.from(JSON.stringify(privateJwk)), sealingPurpose(kid)),
    state: 'NEXT',
    createdAt: now,
    activatedAt: null,
    retiresAt: null,
  }
  await assertSigns(stored, sealer)
  return stored
}

async function assertSigns(stored: StoredSigningKey, sealer: Sealer): Promise<void> {
  try {
    const { privateKey, publicKey, algorithm: alg } = await openKey(stored, sealer)
    const signed = await new CompactSign(Buffer.from('import')).setProtectedHeader({ alg }).sign(privateKey)
    await compactVerify(signed, publicKey, { algorithms: [alg] })
  } catch {
    throw new KeyImportError('The private key and the public key in the file do not belong together.')
  }
}

function readPem(text: string): KeyObject {
  const labels = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label]) => label)
  const [label] = labels
  if (label === undefined) throw new KeyImportError('The file is neither PEM nor a JWK.')
  if (label === 'ENCRYPTED PRIVATE KEY' || text.includes('Proc-Type: 4,ENCRYPTED'))
    throw new KeyImportError('The key is encrypted. Decrypt it first: openssl pkcs8 -in FILE -out DECRYPTED.')
  if (label.includes('PUBLIC KEY') || label.includes('CERTIFICATE'))
    throw new KeyImportError('The file contains no private key. A signing key must be able to sign.')
  if (labels.length > 1) throw new KeyImportError('The file must contain exactly one key.')
  if (label !== 'PRIVATE KEY')
    throw new KeyImportError(
      'The key is not in PKCS #8 form. Convert it: openssl pkcs8 -topk8 -nocrypt -in FILE -out CONVERTED.',
    )
  return parsed(() => createPrivateKey({ key: text, format: 'pem' }))
}

function readJwk(text: string): KeyObject {
  const jwk = parsed((): unknown => JSON.parse(text))
  if (!isObject(jwk) || Array.isArray(jwk.keys) || typeof jwk.kty !== 'string')
    throw new KeyImportError('The file is not one JWK. A JWK Set must be split into its keys.')
  if (jwk.d === undefined)
    throw new KeyImportError('The file contains no private key. A signing key must be able to sign.')
  if (jwk.use !== undefined && jwk.use !== 'sig')
    throw new KeyImportError('The JWK is not for signatures: its `use` is not `sig`.')
  const key = parsed(() => createPrivateKey({ key: { ...jwk } satisfies JsonWebKey, format: 'jwk' }))
  if (jwk.alg !== undefined && jwk.alg !== algorithmOf(key))
    throw new KeyImportError(`The JWK is for another algorithm: its \`alg\` is not ${algorithmOf(key)}.`)
  const derived = createPublicKey(key).export({ format: 'jwk' })
  const isSame = Object.entries(derived).every(([member, value]) => jwk[member] === value)
  if (!isSame)
    throw new KeyImportError('The private key and the public key in the file do not belong together.')
  return key
}

function parsed<T>(parse: () => T): T {
  try {
    return parse()
  } catch {
    throw new KeyImportError('The key in the file cannot be read.')
  }
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): SigningAlgorithm {
  const { modulusLength = 0, publicExponent = 0n, namedCurve } = asymmetricKeyDetails
  if (asymmetricKeyType === 'ed25519') return 'EdDSA'
  if (asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return 'ES256'
  if (asymmetricKeyType !== 'rsa')
    throw new KeyImportError('The kind of key is not supported. Use RSA, P-256 or Ed25519.')
  if (modulusLength < minRsaBits || modulusLength > maxRsaBits)
    throw new KeyImportError(
      `The RSA key has ${modulusLength} bits. It must have ${minRsaBits} to ${maxRsaBits}.`,
    )
  if (publicExponent < minRsaExponent)
    throw new KeyImportError(`The public exponent of the RSA key is less than ${minRsaExponent}.`)
  return 'RS256'
}
