/** Who named the client's address. */
export const clientAddressSources = ['SOCKET', 'FORWARDED_HEADER', 'SIGNED_EDGE'] as const
export type ClientAddressSource = (typeof clientAddressSources)[number]

/** What became of the signature of a gateway. */
export const edgeSignatureStates = ['ABSENT', 'VALID', 'INVALID', 'EXPIRED'] as const
export type EdgeSignatureState = (typeof edgeSignatureStates)[number]

/** How a request reached this process: what gatewayDiagnostics tells, besides its origin. */
export interface Arrival {
  readonly addressSource: ClientAddressSource
  readonly edgeSignature: EdgeSignatureState
  /** Whether a gateway has signed this very body of late, even if a replay cannot be ruled out: what it asks is its own. */
  readonly documentSigned: boolean
  /** Whether gateways can sign at all: GATEWAY_SECRETS is set. */
  readonly edgeExpected: boolean
  /** The address that the request came from itself; null without a socket. */
  readonly peerAddress: string | null
  /** Whether the peer is one of TRUSTED_PROXIES. */
  readonly peerTrusted: boolean
  /** Whether X-Forwarded-For came along, believed or not. */
  readonly forwardedFor: boolean
  /** The page that asked, as the browser says or a signed gateway does; null: nobody said. */
  readonly pageOrigin: string | null
  readonly cookieReceived: boolean
  readonly authorizationReceived: boolean
  /** Whether x-api-key came, where services may put what others put into Authorization. */
  readonly apiKeyReceived: boolean
}
