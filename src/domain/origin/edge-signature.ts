import { equalDigests, hmacSha256 } from '../../lib/crypto/digest.ts'
import type { IdentifiedSecret } from '../../lib/crypto/secret.ts'
import { isObject, parseJson } from '../../lib/text/json.ts'

/** The signed claims of a gateway about a request. */
export interface EdgeClaims {
  /** The id of the secret that signed. */
  readonly keyId: string
  /** The time of signing, in milliseconds since 1970. */
  readonly at: number
  readonly nonce: string
  /** SHA-256 of the signed bytes, base64url. */
  readonly body: string
  /** The address of the client; null if the gateway does not know it. */
  readonly address: string | null
  readonly userAgent: string | null
  /** The browser's Origin header. */
  readonly origin: string | null
}

/**
 * `v1.<key id>.<claims as base64url of JSON>.<HMAC-SHA-256 of all before it, base64url>`. The maximum length of the
 * claims is sufficient for every input that `sign-edge.ts` accepts from a client, even if all characters are escaped.
 */
const form = /^(v1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{1,6000}))\.([A-Za-z0-9_-]{43})$/
const noncePattern = /^[A-Za-z0-9_-]{16,64}$/
const digest = /^[A-Za-z0-9_-]{43}$/

/** The claims of a header that one of the secrets signed; null for any other text. */
export function openEdgeSignature(text: string, secrets: readonly IdentifiedSecret[]): EdgeClaims | null {
  const [, signed = '', id = '', claims = '', mac = ''] = form.exec(text) ?? []
  const secret = secrets.find((candidate) => candidate.id === id)?.secret
  if (secret === undefined) return null
  const expected = hmacSha256(secret.reveal(), signed)
  return equalDigests(Buffer.from(mac, 'base64url'), expected) ? readClaims(id, claims) : null
}

function readClaims(keyId: string, text: string): EdgeClaims | null {
  const value = parseJson(Buffer.from(text, 'base64url').toString('utf8'))
  if (!isObject(value)) return null
  const { at, nonce, body, address = null, userAgent = null, origin = null } = value
  if (typeof at !== 'number' || !Number.isSafeInteger(at)) return null
  if (typeof nonce !== 'string' || !noncePattern.test(nonce)) return null
  if (typeof body !== 'string' || !digest.test(body)) return null
  if (!isTextOrNull(address) || !isTextOrNull(userAgent) || !isTextOrNull(origin)) return null
  return { keyId, at, nonce, body, address, userAgent, origin }
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}
