import { GraphQLError } from 'graphql'
import { isObject, type JsonObject, type JsonValue } from '../../lib/text/json.ts'
import type { Builder } from './builder.ts'

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/
/** Outside these years (in UTC), times have another notation, and databases confuse them. */
const firstTime = Date.parse('0001-01-01T00:00:00Z')
const lastTime = Date.parse('9999-12-31T23:59:59.999Z')
const maxDepth = 8

/** The scalars DateTime and JSONObject. */
export function addScalars(builder: Builder): void {
  builder.scalarType('DateTime', {
    description:
      'A point in time: RFC 3339 with a time zone, for example 2026-01-31T12:00:00.000Z, in the years 1 to 9999. Results are in UTC.',
    serialize: (value) => value.toISOString(),
    parseValue: parseDateTime,
  })
  builder.scalarType('JSONObject', {
    description: `A JSON object with at most ${maxDepth} levels of nesting. The key __proto__ is refused.`,
    serialize: (value) => value,
    parseValue: parseJsonObject,
  })
}

function parseDateTime(value: unknown): Date {
  const time = typeof value === 'string' && rfc3339.test(value) ? Date.parse(value) : Number.NaN
  if (!(time >= firstTime && time <= lastTime))
    throw new GraphQLError(
      'A DateTime must be a string such as 2026-01-31T12:00:00Z, in the years 1 to 9999.',
    )
  return new Date(time)
}

function parseJsonObject(value: unknown): JsonObject {
  if (!isObject(value)) throw new GraphQLError('A JSONObject must be a JSON object.')
  return parseRecord(value, maxDepth)
}

function parseRecord(value: Record<string, unknown>, depth: number): JsonObject {
  if (depth === 0) throw new GraphQLError(`A JSONObject can have at most ${maxDepth} levels of nesting.`)
  const entries = Object.entries(value).map(([key, item]): [string, JsonValue] => {
    if (key === '__proto__') throw new GraphQLError('A JSONObject cannot have the key __proto__.')
    return [key, parseJson(item, depth - 1)]
  })
  return Object.fromEntries(entries)
}

function parseJson(value: unknown, depth: number): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    return value
  if (Array.isArray(value) && depth > 0) return value.map((item) => parseJson(item, depth - 1))
  if (!isObject(value))
    throw new GraphQLError(`A JSONObject can only contain JSON values, at most ${maxDepth} levels deep.`)
  return parseRecord(value, depth)
}
