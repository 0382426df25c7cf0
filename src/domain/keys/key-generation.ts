import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { Sealer } from './sealer.ts'
import type { SigningKeySettings, StoredSigningKey } from './signing-key.ts'

/** The sealing purpose of a private key. It contains the kid, so that sealed keys cannot be swapped between rows. */
export function sealingPurpose(kid: string): string {
  return `signing-key:${kid}`
}

/** Generates a key pair. The kid is the RFC 7638 thumbprint of its public key. */
export async function generateSigningKey(
  options: SigningKeySettings & { readonly now: Date; readonly state: 'NEXT' | 'CURRENT' },
  sealer: Sealer,
): Promise<StoredSigningKey> {
  const pair = await generateKeyPair(options.algorithm, {
    modulusLength: options.rsaKeyBits,
    extractable: true,
  })
  const publicJwk = await exportJWK(pair.publicKey)
  const kid = await calculateJwkThumbprint(publicJwk)
  const privateJwk = Buffer.from(JSON.stringify(await exportJWK(pair.privateKey)))
  return {
    kid,
    algorithm: options.algorithm,
    publicJwk: { ...publicJwk, kid, alg: options.algorithm, use: 'sig' },
    sealedPrivateJwk: sealer.seal(privateJwk, sealingPurpose(kid)),
    state: options.state,
    createdAt: options.now,
    activatedAt: options.state === 'CURRENT' ? options.now : null,
    retiresAt: null,
  }
}
