/**
 * The strict compact form of a JWS (RFC 7515 section 7.1): three parts of canonical base64url, nothing around them.
 * Looser readers let one token be written in many ways, which defeats whatever looks at its text.
 */
const part = /^[A-Za-z0-9_-]+$/
const maxTokenLength = 4096

export interface CompactHeader {
  readonly alg: string
  readonly typ: string
  readonly kid: string
}

/** The protected header of a well-formed token that carries no more than ours do; null for everything else. */
export function readCompactHeader(token: string): CompactHeader | null {
  if (token.length > maxTokenLength) return null
  const parts = token.split('.')
  if (parts.length !== 3 || !parts.every(isCanonical)) return null
  const header = parseObject(parts[0] ?? '')
  if (header === null || Object.keys(header).length !== 3) return null
  const { alg, typ, kid } = header
  if (typeof alg !== 'string' || typeof typ !== 'string' || typeof kid !== 'string') return null
  return { alg, typ, kid }
}

function isCanonical(text: string): boolean {
  return part.test(text) && Buffer.from(text, 'base64url').toString('base64url') === text
}

/** No blanks and no name twice: what is written again must be the same text. */
function parseObject(text: string): Record<string, unknown> | null {
  try {
    const json = Buffer.from(text, 'base64url').toString()
    const value: unknown = JSON.parse(json)
    if (typeof value !== 'object' || value === null || JSON.stringify(value) !== json) return null
    return Array.isArray(value) ? null : { ...value }
  } catch {
    return null
  }
}
