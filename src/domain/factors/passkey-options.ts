import type { JsonObject } from '../../lib/text/json.ts'
import { type PasskeyCredential, passkeyAlgorithms, usableWith, userHandleOf } from './passkey.ts'
import { ceremonyLifeMs } from './passkey-ceremony.ts'
import type { PasskeyRp } from './passkey-rp.ts'

type Known = Pick<PasskeyCredential, 'credentialId' | 'transports' | 'rpId'>

/**
 * Options of `navigator.credentials.create()` in JSON (PublicKeyCredentialCreationOptionsJSON). The passkey is
 * discoverable and requires user verification; an authenticator that has one of the account's passkeys refuses.
 * `challenge` is in base64url.
 */
export function creationOptions(
  challenge: string,
  rp: PasskeyRp,
  user: { readonly id: string; readonly email: string; readonly name: string },
  existing: readonly Known[],
): JsonObject {
  return {
    rp: { id: rp.id, name: rp.name },
    user: { id: userHandleOf(user.id), name: user.email, displayName: user.name },
    challenge,
    pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: ceremonyLifeMs,
    excludeCredentials: usableWith(existing, rp).map(descriptor),
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
    attestation: 'none',
    extensions: { credProps: true },
  }
}

/**
 * Options of `navigator.credentials.get()` in JSON (PublicKeyCredentialRequestOptionsJSON). Without passkeys, the user chooses
 * the account.
 */
export function requestOptions(challenge: string, rp: PasskeyRp, allowed: readonly Known[] = []): JsonObject {
  return {
    challenge,
    rpId: rp.id,
    timeout: ceremonyLifeMs,
    allowCredentials: usableWith(allowed, rp).map(descriptor),
    userVerification: 'required',
  }
}

function descriptor({ credentialId, transports }: Known): JsonObject {
  const id = Buffer.from(credentialId).toString('base64url')
  return { type: 'public-key', id, ...(transports.length > 0 && { transports: [...transports] }) }
}
