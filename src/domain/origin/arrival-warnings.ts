import type { Arrival } from './arrival.ts'
import type { Origin } from './origin.ts'

/** What would go wrong as a request arrived, in sentences; none where everything came. */
export function arrivalWarnings(
  arrival: Arrival,
  origin: Pick<Origin, 'address' | 'userAgent'>,
): readonly string[] {
  const found: readonly (readonly [boolean, string])[] = [
    ...addressWarnings(arrival, origin),
    ...edgeWarnings(arrival),
    [
      origin.userAgent === null,
      'No User-Agent arrived: all devices look alike, in the list of sessions and to the detection of stolen tokens. Let the gateway forward user-agent, or sign it.',
    ],
    [
      arrival.pageOrigin === null,
      'No Origin arrived: requests of foreign pages cannot be told from your own. Browsers send it with every POST; let the gateway forward origin and sec-fetch-site, or sign it.',
    ],
    [
      !arrival.cookieReceived,
      'No cookie arrived: sessions with the transport COOKIE or HYBRID cannot work. Let the gateway forward cookie and x-csrf-token, and answer set-cookie.',
    ],
    [
      !arrival.authorizationReceived && !arrival.apiKeyReceived,
      'No Authorization arrived, and no x-api-key: whoever sends an access token or an API key in these headers is a stranger. Let the gateway forward authorization and x-api-key.',
    ],
  ]
  return found.filter(([applies]) => applies).map(([, sentence]) => sentence)
}

type Warning = readonly [boolean, string]

function addressWarnings(arrival: Arrival, { address }: Pick<Origin, 'address'>): readonly Warning[] {
  const { addressSource, peerTrusted, forwardedFor, peerAddress } = arrival
  return [
    [
      address === null,
      'The address of the client is unknown: no limit per address applies, one for everybody does (RATE_LIMIT_UNKNOWN_ADDRESS). Let the gateway write x-forwarded-for, or sign the address.',
    ],
    [
      addressSource === 'SOCKET' && forwardedFor && !peerTrusted,
      `X-Forwarded-For arrived and is not believed: ${peerAddress ?? 'the peer'} is not in TRUSTED_PROXIES. If that is your gateway, its own address is the one that is limited and blocked for all of its clients.`,
    ],
    [
      addressSource !== 'SOCKET' && address !== null && address === peerAddress,
      "The address of the client is the gateway's own: all of its clients are limited and blocked as one.",
    ],
  ]
}

function edgeWarnings({ edgeSignature, edgeExpected }: Arrival): readonly Warning[] {
  return [
    [
      edgeSignature !== 'ABSENT' && !edgeExpected,
      'x-gatehouse-edge arrived and GATEWAY_SECRETS is not set: signatures are ignored.',
    ],
    [
      edgeSignature === 'INVALID' && edgeExpected,
      'x-gatehouse-edge is not valid and was ignored: another secret or id than those of GATEWAY_SECRETS, a body that was changed after signing, a signature that came twice, or Redis is away.',
    ],
    [
      edgeSignature === 'EXPIRED',
      'x-gatehouse-edge is more than 30 seconds old or ahead, and was ignored: compare the clocks. The address of the client counts as unknown.',
    ],
    [
      edgeSignature === 'ABSENT' && edgeExpected,
      'GATEWAY_SECRETS is set and this request was not signed: it did not come through a gateway that signs.',
    ],
  ]
}
