import { createHash, createHmac, randomBytes } from 'node:crypto'

/** One entry of Gatehouse's GATEWAY_SECRETS. */
export interface EdgeKey {
  readonly id: string
  readonly secret: string
}

/** The client as the gateway sees it; null for what it does not know. */
export interface EdgeClient {
  readonly address: string | null
  readonly userAgent: string | null
  readonly origin: string | null
}

/**
 * Maximum lengths in characters. A longer header would not be valid, and Gatehouse would treat the gateway as the
 * client; no input of a client may cause that. Gatehouse stores no more of a User-Agent. An Origin is a scheme, a host
 * of at most 253 characters, and a port.
 */
const maxLengths = { userAgent: 512, origin: 512, address: 64 } as const

/**
 * Returns the value of `x-gatehouse-edge` for one request. It is valid once and for 30 seconds: sign a retry again.
 * @param body The bytes as they are sent; for a GET, the query string without the question mark.
 * @param at The current time in milliseconds since 1970.
 */
export function signEdge(
  key: EdgeKey,
  client: EdgeClient,
  body: string | Uint8Array,
  at = Date.now(),
): string {
  const claims = {
    at,
    nonce: randomBytes(16).toString('base64url'),
    body: createHash('sha256').update(body).digest('base64url'),
    address: client.address?.slice(0, maxLengths.address) ?? null,
    userAgent: client.userAgent?.slice(0, maxLengths.userAgent) ?? null,
    // Truncate, do not omit: Gatehouse refuses a truncated origin as foreign, and falls back to the header if it is
    // null.
    origin: client.origin?.slice(0, maxLengths.origin) ?? null,
  }
  const signed = `v1.${key.id}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return `${signed}.${createHmac('sha256', key.secret).update(signed).digest('base64url')}`
}
