import { type IdentifiedSecret, Secret } from '../../lib/crypto/secret.ts'
import type { Rule } from './rule.ts'
import { word } from './text-rules.ts'

const masterKeyBytes = 32
const minLength = 32
/** Fewer than 8 different digits in 32 random hex digits: probability below one in ten million. */
const minDistinct = 8

/** Standard base64 (RFC 4648 section 4), with padding, of 32 bytes that are not all alike. */
export const masterKey: Rule<Secret> = {
  expected: 'base64 of exactly 32 random bytes, as `openssl rand -base64 32` prints it',
  parse: (text) => {
    const bytes = Buffer.from(text, 'base64')
    const canonical = bytes.toString('base64') === text
    return canonical && bytes.length === masterKeyBytes && new Set(bytes).size >= minDistinct
      ? new Secret(text)
      : null
  },
}

export const randomText: Rule<Secret> = {
  expected: 'at least 32 random visible ASCII characters',
  parse: (text) => (looksRandom(text) ? new Secret(text) : null),
}

/** A key that another service issued; its randomness is not checked. */
export const apiKey: Rule<Secret> = {
  expected: word.expected,
  parse: (text) => (word.parse(text) === null ? null : new Secret(text)),
}

/** `id:secret,id2:secret2`: at least one pair, each id once. */
export const identifiedSecrets: Rule<readonly IdentifiedSecret[]> = {
  expected:
    'id:secret pairs between commas, each id once, 1 to 32 of A-Z a-z 0-9 _ -, each secret at least 32 random visible ASCII characters without commas',
  parse: (text) => {
    const found: IdentifiedSecret[] = []
    for (const entry of text.split(',')) {
      const [, id, secret] = /^([A-Za-z0-9_-]{1,32}):(.+)$/.exec(entry.trim()) ?? []
      if (id === undefined || secret === undefined || !looksRandom(secret)) return null
      if (found.some((known) => known.id === id)) return null
      found.push({ id, secret: new Secret(secret) })
    }
    return found
  },
}

/** False for a text that is short, repetitive or left over from an example. */
function looksRandom(text: string): boolean {
  if (!/^[\x21-\x7e]+$/.test(text) || text.length < minLength) return false
  return new Set(text).size >= minDistinct && !/change.?me/i.test(text)
}
