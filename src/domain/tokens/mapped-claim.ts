import type { JsonObject, JsonValue } from '../../lib/text/json.ts'
import { InvalidInputProblem } from '../problems.ts'

/** A member of the users' metadata that access tokens contain as a claim. */
export interface MappedClaim {
  /** The name of the claim: an absolute URI, so that it collides with no registered claim (RFC 7519, section 4.2). */
  readonly claim: string
  /** The name of the member. */
  readonly key: string
}

const maxTextLength = 256
const maxListItems = 20

/** The mapped claims of a user, in the order of the configuration. Members that no claim can carry are left out. */
export function mappedClaims(mappings: readonly MappedClaim[], metadata: JsonObject): JsonObject {
  if (mappings.length === 0) return {}
  const entries = mappings.flatMap(({ claim, key }): [string, JsonValue][] => {
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined
    return value !== undefined && isClaimValue(value) ? [[claim, value]] : []
  })
  return Object.fromEntries(entries)
}

/** Members of the metadata that are mapped, but that no claim can carry. Null is the same as absent. */
export function unmappableKeys(mappings: readonly MappedClaim[], metadata: JsonObject): readonly string[] {
  const keys = new Set(mappings.map(({ key }) => key))
  return [...keys].filter((key) => {
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined
    return value !== undefined && value !== null && !isClaimValue(value)
  })
}

/** Refuses such members. @throws InvalidInputProblem with one issue for each */
export function assertMappable(mappings: readonly MappedClaim[], metadata: JsonObject): void {
  const keys = unmappableKeys(mappings, metadata)
  if (keys.length === 0) return
  const message = `Access tokens contain this member: a string of at most ${maxTextLength} characters, a number, a boolean, or a list of at most ${maxListItems} such strings.`
  throw new InvalidInputProblem(
    keys.map((key) => ({ path: ['metadata', key], code: 'UNMAPPABLE_VALUE', message })),
  )
}

/** Whether a claim can carry the value: a text of at most 256 characters, a number, a boolean, or a list of at most 20 such texts. */
function isClaimValue(value: JsonValue): boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return true
  if (typeof value === 'string') return value.length <= maxTextLength
  if (!Array.isArray(value)) return false
  return (
    value.length <= maxListItems &&
    value.every((item) => typeof item === 'string' && item.length <= maxTextLength)
  )
}
