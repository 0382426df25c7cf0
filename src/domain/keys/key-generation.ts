import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { Sealer } from './sealer.ts'
import type { SigningKeySettings, StoredSigningKey } from './signing-key.ts'

/** What a private key is sealed for: its own kid, so that rows cannot be swapped. */
export function sealingPurpose(kid: string): string {
  return `signing-key:${kid}`
}

/** Draws a key pair; the kid is the RFC 7638 thumbprint of its public half. */
export async function generateSigningKey(
  wanted: SigningKeySettings & { readonly now: Date; readonly state: 'NEXT' | 'CURRENT' },
  sealer: Sealer,
): Promise<StoredSigningKey> {
  const pair = await generateKeyPair(wanted.algorithm, {
    modulusLength: wanted.rsaKeyBits,
    extractable: true,
  })
  const publicJwk = await exportJWK(pair.publicKey)
  const kid = await calculateJwkThumbprint(publicJwk)
  const privateJwk = Buffer.from(JSON.stringify(await exportJWK(pair.privateKey)))
  return {
    kid,
    algorithm: wanted.algorithm,
    publicJwk: { ...publicJwk, kid, alg: wanted.algorithm, use: 'sig' },
    sealedPrivateJwk: sealer.seal(privateJwk, sealingPurpose(kid)),
    state: wanted.state,
    createdAt: wanted.now,
    activatedAt: wanted.state === 'CURRENT' ? wanted.now : null,
    retiresAt: null,
  }
}
