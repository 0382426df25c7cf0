import { base64url } from 'jose'
import { isObject, parseJson } from './json.ts'

/**
 * A part of a JWS in compact form (RFC 7515, section 7.1). The form is strict: three parts of canonical base64url and nothing
 * else. A lenient parser would accept one token in many forms.
 */
const part = /^[A-Za-z0-9_-]+$/
/** Maximum length of a token in characters. */
const maxTokenLength = 4096

export interface CompactHeader {
  readonly alg: string
  readonly typ: string
  /** A name to look up, never a location to fetch from. */
  readonly kid: string
}

/** The header of a well-formed token with exactly the members alg, typ and kid; null for any other text. Nothing in it is proven. */
export function readCompactHeader(token: string): CompactHeader | null {
  if (token.length > maxTokenLength) return null
  const parts = token.split('.')
  if (parts.length !== 3 || !parts.every(isCanonical)) return null
  const text = new TextDecoder().decode(base64url.decode(parts[0] ?? ''))
  const header = parseJson(text)
  if (!isObject(header) || Object.keys(header).length !== 3) return null
  // Without white space and duplicate names: serialising it again gives the same text.
  if (JSON.stringify(header) !== text) return null
  const { alg, typ, kid } = header
  if (typeof alg !== 'string' || typeof typ !== 'string' || typeof kid !== 'string') return null
  return { alg, typ, kid }
}

function isCanonical(text: string): boolean {
  if (!part.test(text)) return false
  try {
    return base64url.encode(base64url.decode(text)) === text
  } catch {
    return false
  }
}
