import { isObject, parseJson } from '../../lib/text/json.ts'

/**
 * A part of a JWS in compact form (RFC 7515, section 7.1). The form is strict: three parts of canonical base64url and
 * nothing else. A lenient parser would accept one token in many forms, which defeats checks on its text.
 */
const part = /^[A-Za-z0-9_-]+$/
/** Maximum length of a token in characters. */
export const maxTokenLength = 4096

/** The protected header of an access token. */
export interface CompactHeader {
  readonly alg: string
  readonly typ: string
  readonly kid: string
}

/** The JWS Signing Input of a token (RFC 7515, section 5.1). */
export function signingInputOf(header: CompactHeader, payload: object): string {
  return `${encoded(header)}.${encoded(payload)}`
}

/** The protected header of a well-formed token with exactly the members alg, typ and kid; null for any other text. */
export function readCompactHeader(token: string): CompactHeader | null {
  if (token.length > maxTokenLength) return null
  const parts = token.split('.')
  if (parts.length !== 3 || !parts.every(isCanonical)) return null
  const text = decoded(parts[0] ?? '')
  const header = parseJson(text)
  if (!isObject(header) || Object.keys(header).length !== 3) return null
  // Without whitespace and duplicate names: serialising it again gives the same text.
  if (JSON.stringify(header) !== text) return null
  const { alg, typ, kid } = header
  if (typeof alg !== 'string' || typeof typ !== 'string' || typeof kid !== 'string') return null
  return { alg, typ, kid }
}

function isCanonical(text: string): boolean {
  return part.test(text) && Buffer.from(text, 'base64url').toString('base64url') === text
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decoded(text: string): string {
  return Buffer.from(text, 'base64url').toString()
}

/** The content of a token with a valid header and signature; null if it is not a JSON object. */
export function readCompactPayload(token: string): Readonly<Record<string, unknown>> | null {
  const payload = parseJson(decoded(token.split('.')[1] ?? ''))
  return isObject(payload) ? payload : null
}
