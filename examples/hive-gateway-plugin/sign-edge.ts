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

/** Gatehouse keeps no more of a User-Agent, and headers have a longest length. */
const LONGEST_USER_AGENT = 512

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
    address: client.address,
    userAgent: client.userAgent?.slice(0, LONGEST_USER_AGENT) ?? null,
    origin: client.origin,
  }
  const signed = `v1.${key.id}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return `${signed}.${createHmac('sha256', key.secret).update(signed).digest('base64url')}`
}
