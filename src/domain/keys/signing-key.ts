import type { KeyObject } from 'node:crypto'
import type { JWK } from 'jose'

/** JWS algorithms that sign access tokens (RFC 7518, RFC 8037). */
export type SigningAlgorithm = 'RS256' | 'ES256' | 'EdDSA'
export const signingAlgorithms: readonly SigningAlgorithm[] = ['RS256', 'ES256', 'EdDSA']

/** The kind of key that is generated. */
export interface SigningKeySettings {
  readonly algorithm: SigningAlgorithm
  /** Length of the modulus; for RS256 only. */
  readonly rsaKeyBits: number
}

/** NEXT is published before it signs, CURRENT signs, RETIRING verifies until its last token has expired. */
export const signingKeyStates = ['NEXT', 'CURRENT', 'RETIRING'] as const
export type SigningKeyState = (typeof signingKeyStates)[number]

/** A key pair as it is stored, with its private key sealed. */
export interface StoredSigningKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly publicJwk: JWK
  readonly sealedPrivateJwk: Uint8Array<ArrayBuffer>
  readonly state: SigningKeyState
  readonly createdAt: Date
  readonly activatedAt: Date | null
  readonly retiresAt: Date | null
}

/** A key that verifies. It is bound to the one algorithm that it was generated for (RFC 8725, section 3.1). */
export interface VerificationKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly publicKey: KeyObject
}

/** The key that signs. */
export interface CurrentKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly privateKey: KeyObject
}
