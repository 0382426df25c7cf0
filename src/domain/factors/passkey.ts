import type { JsonObject } from '../../lib/text/json.ts'
import type { PasskeyRp } from './passkey-rp.ts'

/** Maximum number of passkeys of one account. */
export const maxPasskeys = 20

/**
 * Algorithms of passkeys that can be registered, as COSE identifiers in the order of preference: ES256, Ed25519 and
 * RS256. Windows requires the last one.
 */
export const passkeyAlgorithms = [-7, -8, -257] as const

/** What the owner of a passkey sees of it. */
export interface Passkey {
  readonly id: string
  readonly userId: string
  readonly name: string
  /** Model or provider of the authenticator, a UUID; null: not disclosed. */
  readonly aaguid: string | null
  /** Whether the provider backs the passkey up. */
  readonly backedUp: boolean
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

/** A passkey with what is necessary to verify it. */
export interface PasskeyCredential extends Passkey {
  readonly credentialId: Uint8Array<ArrayBuffer>
  /** COSE_Key. */
  readonly publicKey: Uint8Array<ArrayBuffer>
  /** The RP id at the registration. The passkey is useless with another one. */
  readonly rpId: string
  /** Signature counter of the last use; 0: the authenticator does not count. */
  readonly signCount: number
  readonly transports: readonly string[]
}

const transportNames: readonly string[] = ['usb', 'nfc', 'ble', 'smart-card', 'hybrid', 'internal']

/** The transports that this version knows, each once. They are hints for browsers. */
export function knownTransports(names: readonly string[]): readonly string[] {
  return transportNames.filter((name) => names.includes(name))
}

/** The name of a new passkey if the owner gives it none. */
export const defaultPasskeyName = 'Passkey'

/**
 * Whether a counter did not increase: the authenticator may have been copied (WebAuthn section 6.1.1). Synchronised
 * passkeys do not count.
 */
export function hasCounterRegressed(stored: number, received: number): boolean {
  return (stored > 0 || received > 0) && received <= stored
}

/** The user handle of an account: the 16 bytes of its id, in base64url. It contains no personal data. */
export function userHandleOf(userId: string): string {
  return Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url')
}

/** The passkeys that work with the present RP id. */
export function usableWith<P extends Pick<PasskeyCredential, 'rpId'>>(
  passkeys: readonly P[],
  { id }: Pick<PasskeyRp, 'id'>,
): readonly P[] {
  return passkeys.filter(({ rpId }) => rpId === id)
}

/**
 * The argument of `PublicKeyCredential.signalAllAcceptedCredentials` (WebAuthn section 5.1.10.2): by it, a browser removes
 * passkeys that the account no longer has.
 */
export function acceptedCredentials(
  rp: Pick<PasskeyRp, 'id'>,
  userId: string,
  passkeys: readonly Pick<PasskeyCredential, 'credentialId' | 'rpId'>[],
): JsonObject {
  return {
    rpId: rp.id,
    userId: userHandleOf(userId),
    allAcceptedCredentialIds: usableWith(passkeys, rp).map(({ credentialId }) => base64url(credentialId)),
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
