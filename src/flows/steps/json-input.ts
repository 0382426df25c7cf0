import { z } from 'zod'
import { isObject, type JsonObject, type JsonValue } from '../../lib/text/json.ts'

/** Maximum size of the JSON text in UTF-8. */
const maxJsonBytes = 8192
/** Maximum number of levels of objects and lists, as the scalar JSONObject allows. */
const maxDepth = 8

const json: z.ZodType<JsonValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]),
)

/** A JSON object that is stored with an account. */
export const jsonObject: z.ZodType<JsonObject> = z
  .unknown()
  .refine((value) => isBounded(value, maxDepth), {
    message: `At most ${maxDepth} levels of nesting, and no key __proto__.`,
    params: { code: 'TOO_DEEP' },
    abort: true,
  })
  .pipe(z.record(z.string(), json))
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= maxJsonBytes, {
    message: `At most ${maxJsonBytes} bytes of JSON.`,
    params: { code: 'TOO_LONG' },
  })
  .refine(isCleanText, {
    message: 'Must not contain NUL or invalid Unicode.',
    params: { code: 'INVALID_CHARACTERS' },
  })

function isBounded(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (depth === 0) return false
  if (Array.isArray(value)) return value.every((item) => isBounded(item, depth - 1))
  if (!isObject(value)) return false
  return Object.entries(value).every(([key, item]) => key !== '__proto__' && isBounded(item, depth - 1))
}

/** Whether every string in a value, including keys, can be stored unchanged. */
function isCleanText(value: JsonValue): boolean {
  if (typeof value === 'string') return !/\0|\p{Surrogate}/u.test(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, item]) => isCleanText(key) && isCleanText(item))
}
