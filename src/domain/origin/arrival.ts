/** The source of the client address. */
export const clientAddressSources = ['SOCKET', 'FORWARDED_HEADER', 'SIGNED_EDGE'] as const
export type ClientAddressSource = (typeof clientAddressSources)[number]

/** The result of the verification of a gateway signature. */
export const edgeSignatureStates = ['ABSENT', 'VALID', 'INVALID', 'EXPIRED'] as const
export type EdgeSignatureState = (typeof edgeSignatureStates)[number]

/** How a request reached this process. gatewayDiagnostics reports it together with the origin. */
export interface Arrival {
  readonly addressSource: ClientAddressSource
  readonly edgeSignature: EdgeSignatureState
  /**
   * Whether a gateway recently signed this body, even if a replay cannot be excluded. The document is the gateway's
   * own.
   */
  readonly documentSigned: boolean
  /** Whether GATEWAY_SECRETS is set, so that gateways can sign. */
  readonly edgeExpected: boolean
  /** The address of the TCP peer; null without a socket. */
  readonly peerAddress: string | null
  /** Whether the peer is one of TRUSTED_PROXIES. */
  readonly peerTrusted: boolean
  /** Whether X-Forwarded-For is present, trusted or not. */
  readonly forwardedFor: boolean
  /** The origin of the web page, from the browser or from a signed gateway; null if it is unknown. */
  readonly pageOrigin: string | null
  readonly cookieReceived: boolean
  readonly authorizationReceived: boolean
  /** Whether x-api-key is present, the alternative to Authorization for API keys. */
  readonly apiKeyReceived: boolean
}
