import { isObject } from '../../lib/text/json.ts'
import type { ApiKey } from '../api-keys/api-key.ts'
import { looksLikeLink } from './link-lookalike.ts'

/** API keys that a mail names, each with the start of the key. */
export interface NamedApiKeys {
  /** At most ten. `name` is null if the mail must not contain it. */
  readonly named: readonly { readonly name: string | null; readonly prefix: string }[]
  /** Number of further keys. */
  readonly others: number
}

const maxNamed = 10
/** Letters, digits and the punctuation of identifiers, in a length that holds no sentence. */
const plainName = /^[\p{L}\p{M}\p{N} _.-]{1,40}$/u
/** Fewer digits than a telephone number has. */
const maxDigits = 6

/**
 * The keys as a mail names them. The person who created a key may be an attacker who addresses the owner in the name of
 * this service. Names therefore appear only if they are plain, and only if the owner has proven their address
 * (`withNames`).
 */
export function nameApiKeys(
  keys: readonly Pick<ApiKey, 'name' | 'prefix'>[],
  { withNames }: { withNames: boolean },
): NamedApiKeys {
  const named = keys
    .slice(0, maxNamed)
    .map(({ name, prefix }) => ({ name: withNames && isPlain(name) ? name : null, prefix }))
  return { named, others: keys.length - named.length }
}

function isPlain(name: string): boolean {
  const digits = name.match(/\p{N}/gu)?.length ?? 0
  return plainName.test(name) && digits <= maxDigits && !looksLikeLink(name)
}

/** Whether a value that was stored has this form. */
export function isNamedApiKeys(value: unknown): value is NamedApiKeys {
  return (
    isObject(value) &&
    typeof value.others === 'number' &&
    Array.isArray(value.named) &&
    value.named.every(isNamedKey)
  )
}

function isNamedKey(value: unknown): boolean {
  if (!isObject(value) || typeof value.prefix !== 'string') return false
  return value.name === null || typeof value.name === 'string'
}
