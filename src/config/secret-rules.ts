import { Secret } from '../lib/secret.ts'
import type { Rule } from './rules.ts'

/** One of the keys that sign refresh tokens; the id stands in the tokens. */
export interface Pepper {
  readonly id: string
  readonly secret: Secret
}

const masterKeyBytes = 32
const fewestCharacters = 32
/** 32 random hex digits show fewer than 8 different ones less than once in ten million. */
const fewestDifferent = 8

/** Standard base64 (RFC 4648, 4), with padding, of 32 bytes that are not all alike. */
export const masterKey: Rule<Secret> = {
  wants: 'base64 of exactly 32 random bytes, as `openssl rand -base64 32` makes it',
  parse: (text) => {
    const bytes = Buffer.from(text, 'base64')
    const canonical = bytes.toString('base64') === text
    return canonical && bytes.length === masterKeyBytes && new Set(bytes).size >= fewestDifferent
      ? new Secret(text)
      : null
  },
}

export const randomText: Rule<Secret> = {
  wants: 'at least 32 random visible ASCII characters',
  parse: (text) => (looksRandom(text) ? new Secret(text) : null),
}

/** `id:secret,id2:secret2`: at least one, no id twice. */
export const peppers: Rule<readonly Pepper[]> = {
  wants:
    'id:secret pairs between commas, each id once, 1 to 32 of A-Z a-z 0-9 _ -, each secret at least 32 random visible ASCII characters without commas',
  parse: (text) => {
    const found: Pepper[] = []
    for (const entry of text.split(',')) {
      const [, id, secret] = /^([A-Za-z0-9_-]{1,32}):(.+)$/.exec(entry.trim()) ?? []
      if (id === undefined || secret === undefined || !looksRandom(secret)) return null
      if (found.some((pepper) => pepper.id === id)) return null
      found.push({ id, secret: new Secret(secret) })
    }
    return found
  },
}

/** Refuses what is short, repetitive or left over from an example. */
function looksRandom(text: string): boolean {
  if (!/^[\x21-\x7e]+$/.test(text) || text.length < fewestCharacters) return false
  return new Set(text).size >= fewestDifferent && !/change.?me/i.test(text)
}
