import { createHash, createHmac, randomBytes } from 'node:crypto'

/** One of the entries of Gatehouse's GATEWAY_SECRETS. */
export interface EdgeKey {
  readonly id: string
  readonly secret: string
}

/** What the gateway knows of the client; null for what it does not. */
export interface EdgeClient {
  readonly address: string | null
  readonly userAgent: string | null
  readonly origin: string | null
}

/**
 * A longer header would not be valid, and its client would be taken for the gateway: nobody is to bring that about by what he
 * sends. Gatehouse keeps no more of a User-Agent; an Origin is a scheme, a host of 253 characters at most, and a port.
 */
const LONGEST = { userAgent: 512, origin: 512, address: 64 } as const

/**
 * The value of `x-gatehouse-edge` for one request, good for 30 seconds and once: sign again what is sent again.
 * @param body the bytes as they are sent; of a GET, what stands behind the question mark
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
    address: client.address?.slice(0, LONGEST.address) ?? null,
    userAgent: client.userAgent?.slice(0, LONGEST.userAgent) ?? null,
    // Cut, not left out: what is no origin of ours is refused as foreign.
    origin: client.origin?.slice(0, LONGEST.origin) ?? null,
  }
  const signed = `v1.${key.id}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return `${signed}.${createHmac('sha256', key.secret).update(signed).digest('base64url')}`
}
