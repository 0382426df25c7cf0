/** The response of `navigator.credentials.create()` in JSON, with the members that are verified. Texts are base64url. */
export interface RegistrationResponse {
  readonly id: string
  readonly clientDataJSON: string
  readonly attestationObject: string
}

/** The response of `navigator.credentials.get()` in JSON, with the members that are verified. Texts are base64url. */
export interface AssertionResponse {
  readonly id: string
  readonly clientDataJSON: string
  readonly authenticatorData: string
  readonly signature: string
}

/** Why a response is refused, for the log. */
export interface WebauthnRejection {
  readonly rejection: string
}

export interface VerifiedRegistration {
  readonly rejection: null
  readonly credentialId: Uint8Array<ArrayBuffer>
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly signCount: number
  readonly aaguid: string | null
  readonly backedUp: boolean
}

export interface VerifiedAssertion {
  readonly rejection: null
  readonly signCount: number
  readonly backedUp: boolean
}

/**
 * Port to the verification of WebAuthn responses (sections 7.1 and 7.2). Type, challenge, origin, RP id, user presence, user
 * verification, algorithm and signature must match; a response from a frame of another site is refused. A counter that
 * does not increase is no reason to refuse. Makes no network call and never throws because of the response.
 */
export interface WebauthnVerifier {
  /** @param challenge that of the ceremony, in base64url */
  verifyRegistration(
    response: RegistrationResponse,
    challenge: string,
  ): Promise<VerifiedRegistration | WebauthnRejection>
  verifyAssertion(
    response: AssertionResponse,
    challenge: string,
    publicKey: Uint8Array<ArrayBuffer>,
  ): Promise<VerifiedAssertion | WebauthnRejection>
}
