import { passkeyAlgorithms } from '../../domain/factors/passkey.ts'
import type { PasskeyRp } from '../../domain/factors/passkey-rp.ts'
import type {
  AssertionResponse,
  RegistrationResponse,
  VerifiedAssertion,
  VerifiedRegistration,
  WebauthnRejection,
  WebauthnVerifier,
} from '../../domain/factors/webauthn-verifier.ts'
import { errorText } from '../../lib/text/error-text.ts'
import { isObject, parseJson } from '../../lib/text/json.ts'

/** WebAuthn section 4, Credential ID. */
const maxCredentialIdBytes = 1023
/** An RSA key of 4096 bits has 530 bytes. Longer ones take long to verify with. */
const maxPublicKeyBytes = 1024
const noAaguid = '00000000-0000-0000-0000-000000000000'

/** Verifies with @simplewebauthn/server, which is loaded when it is first needed: loading takes 0.3 s of processor time. */
export class SimplewebauthnVerifier implements WebauthnVerifier {
  readonly #expected: { readonly expectedOrigin: string[]; readonly expectedRPID: string }

  constructor({ id, origins }: Pick<PasskeyRp, 'id' | 'origins'>) {
    this.#expected = { expectedOrigin: [...origins], expectedRPID: id }
  }

  async verifyRegistration(
    response: RegistrationResponse,
    challenge: string,
  ): Promise<VerifiedRegistration | WebauthnRejection> {
    const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
    const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers')
    return rejectingErrors(async () => {
      if (isCrossOrigin(response)) return crossOrigin
      const attestation = decodeAttestationObject(bytesOf(response.attestationObject))
      const format = refusedFormat(attestation.get('fmt'), attestation.get('attStmt'))
      if (format !== null) return { rejection: `The attestation format ${format} is not accepted.` }
      const { id, clientDataJSON, attestationObject } = response
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        ...this.#expected,
        response: { ...envelope(id), response: { clientDataJSON, attestationObject } },
        expectedChallenge: challenge,
        requireUserVerification: true,
        supportedAlgorithmIDs: [...passkeyAlgorithms],
      })
      if (!verified) return { rejection: 'The attestation is not valid.' }
      const { credential, aaguid, credentialBackedUp: backedUp } = registrationInfo
      const credentialId = bytesOf(credential.id)
      if (credential.id !== id)
        return { rejection: 'The credential id differs from that of the authenticator data.' }
      if (credentialId.length > maxCredentialIdBytes) return { rejection: 'The credential id is too long.' }
      const publicKey = new Uint8Array(credential.publicKey)
      if (publicKey.length > maxPublicKeyBytes) return { rejection: 'The public key is too long.' }
      const disclosed = aaguid === noAaguid ? null : aaguid
      return {
        rejection: null,
        credentialId,
        publicKey,
        signCount: credential.counter,
        aaguid: disclosed,
        backedUp,
      }
    })
  }

  async verifyAssertion(
    { id, ...response }: AssertionResponse,
    challenge: string,
    publicKey: Uint8Array<ArrayBuffer>,
  ): Promise<VerifiedAssertion | WebauthnRejection> {
    const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
    return rejectingErrors(async () => {
      if (isCrossOrigin(response)) return crossOrigin
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        ...this.#expected,
        response: { ...envelope(id), response },
        expectedChallenge: challenge,
        // A counter of 0 keeps the library from refusing: whether a counter goes back is a signal.
        credential: { id, publicKey, counter: 0 },
        requireUserVerification: true,
      })
      if (!verified) return { rejection: 'The signature is not valid.' }
      const { newCounter: signCount, credentialBackedUp: backedUp } = authenticationInfo
      return { rejection: null, signCount, backedUp }
    })
  }
}

function envelope(id: string) {
  return { id, rawId: id, type: 'public-key', clientExtensionResults: {} } as const
}

const crossOrigin: WebauthnRejection = { rejection: 'The response came from a frame of another site.' }

/** The library accepts some responses from frames. A page of another site could place such a frame under its own content. */
function isCrossOrigin({ clientDataJSON }: { readonly clientDataJSON: string }): boolean {
  const data = parseJson(Buffer.from(clientDataJSON, 'base64url').toString('utf8'))
  return isObject(data) && (data.crossOrigin === true || data.topOrigin !== undefined)
}

/**
 * Null for no attestation, and for self attestation, which browsers pass on although none was requested. Certificates of
 * other formats name addresses of revocation lists, which the library would fetch.
 */
function refusedFormat(format: string, statement: { get(key: 'x5c'): unknown }): string | null {
  if (format === 'none') return null
  return format === 'packed' && statement.get('x5c') === undefined ? null : format
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64url, 'base64url'))
}

/** Messages of the library repeat parts of the response. */
const maxRejectionLength = 300

/** The library throws for every response that it refuses. */
async function rejectingErrors<T>(verify: () => Promise<T>): Promise<T | WebauthnRejection> {
  try {
    return await verify()
  } catch (error) {
    return { rejection: errorText(error).slice(0, maxRejectionLength) }
  }
}
