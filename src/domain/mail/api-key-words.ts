import type { ApiKey } from '../api-keys/api-key.ts'
import { looksLikeLink } from './link-lookalike.ts'

/** Maximum number of keys that a mail names. */
const maxNamed = 10
/** Letters, digits and the punctuation of identifiers, in a length that holds no sentence. */
const plainName = /^[\p{L}\p{M}\p{N} _.-]{1,40}$/u
/** Fewer digits than a telephone number has. */
const maxDigits = 6

/**
 * API keys in a mail, each with the start of the key; empty text for none. The person who created a key may be an
 * attacker who addresses the owner in the name of this service. Names therefore appear only if they are plain, and only
 * if the owner has proven their address (`withNames`).
 */
export function apiKeysInWords(
  keys: readonly Pick<ApiKey, 'name' | 'prefix'>[],
  { withNames }: { withNames: boolean },
): string {
  const named = keys
    .slice(0, maxNamed)
    .map((key) => keyInWords(key, withNames))
    .join(', ')
  const others = keys.length - maxNamed
  return others > 0 ? `${named} and ${others} more` : named
}

function keyInWords({ name, prefix }: Pick<ApiKey, 'name' | 'prefix'>, withNames: boolean): string {
  return withNames && isPlain(name) ? `“${name}” (${prefix}…)` : `${prefix}…`
}

function isPlain(name: string): boolean {
  const digits = name.match(/\p{N}/gu)?.length ?? 0
  return plainName.test(name) && digits <= maxDigits && !looksLikeLink(name)
}
