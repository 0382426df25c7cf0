import type { Arrival } from './arrival.ts'
import type { Origin } from './origin.ts'

/** Problems with the way a request arrived, as sentences for the operator of a gateway. */
export function arrivalWarnings(
  arrival: Arrival,
  origin: Pick<Origin, 'address' | 'userAgent'>,
): readonly string[] {
  const found: readonly (readonly [boolean, string])[] = [
    ...addressWarnings(arrival, origin),
    ...edgeWarnings(arrival),
    [
      origin.userAgent === null,
      'No User-Agent arrived: devices cannot be distinguished in the list of sessions and by the detection of stolen tokens. Configure the gateway to forward user-agent, or to sign it.',
    ],
    [
      arrival.pageOrigin === null,
      'No Origin arrived: requests from other web pages cannot be distinguished from your own. Browsers send it with every POST. Configure the gateway to forward origin and sec-fetch-site, or to sign the origin.',
    ],
    [
      !arrival.cookieReceived,
      'No cookie arrived: sessions with the transport COOKIE or HYBRID cannot work. Configure the gateway to forward cookie and x-csrf-token, and to return set-cookie.',
    ],
    [
      !arrival.authorizationReceived && !arrival.apiKeyReceived,
      'Neither Authorization nor x-api-key arrived: callers that send an access token or an API key in these headers are not authenticated. Configure the gateway to forward authorization and x-api-key.',
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
      'The address of the client is unknown: all such requests share one rate limit (RATE_LIMIT_UNKNOWN_ADDRESS) instead of the limits per address. Configure the gateway to set x-forwarded-for, or to sign the address.',
    ],
    [
      addressSource === 'SOCKET' && forwardedFor && !peerTrusted,
      `X-Forwarded-For arrived and was ignored: ${peerAddress ?? 'the peer'} is not in TRUSTED_PROXIES. If that is your gateway, its address is rate limited and blocked for all of its clients.`,
    ],
    [
      addressSource !== 'SOCKET' && address !== null && address === peerAddress,
      'The address of the client is that of the gateway: all of its clients are rate limited and blocked together.',
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
      'x-gatehouse-edge is not valid and was ignored. Possible reasons: the secret or id is not in GATEWAY_SECRETS, the body was changed after signing, the signature was sent twice, or Redis does not respond.',
    ],
    [
      edgeSignature === 'EXPIRED',
      'The time in x-gatehouse-edge differs from this server by more than 30 seconds, so the header was ignored: compare the clocks. The address of the client counts as unknown.',
    ],
    [
      edgeSignature === 'ABSENT' && edgeExpected,
      'GATEWAY_SECRETS is set and this request was not signed: it did not pass through a gateway that signs.',
    ],
  ]
}
