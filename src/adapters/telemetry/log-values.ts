import type { LogFields } from '../../lib/logger.ts'

const maxStackLength = 8000
/** Maximum depth of nested objects and of causes; deeper values are replaced by their kind. */
const maxDepth = 4

/**
 * Returns fields that contain plain data only. Errors keep their name, message, code, stack and cause, and no other property:
 * drivers attach whole connections to theirs, with passwords and cancel keys. Objects of other classes are replaced by the
 * name of their class.
 */
export function plainFields(fields: LogFields): LogFields {
  return mapValues(fields, 0)
}

function plainValue(value: unknown, depth: number): unknown {
  if (value instanceof Error) return plainError(value, depth)
  if (typeof value === 'function') return '[function]'
  if (value instanceof Date || typeof value !== 'object' || value === null) return value
  if (depth >= maxDepth) return `[${className(value)}]`
  if (Array.isArray(value)) return value.map((item) => plainValue(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
    ? mapValues(value, depth + 1)
    : `[${className(value)}]`
}

function plainError(error: Error, depth: number): Record<string, unknown> {
  const code: unknown = Reflect.get(error, 'code')
  const hasCause = error.cause !== undefined && depth < maxDepth
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: (error.stack ?? '').slice(0, maxStackLength),
    ...(hasCause ? { cause: plainValue(error.cause, depth + 1) } : {}),
    ...(error instanceof AggregateError && depth < maxDepth
      ? { errors: error.errors.map((one) => plainValue(one, depth + 1)) }
      : {}),
  }
}

function mapValues(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plainValue(value, depth)]))
}

function className(value: object): string {
  return value.constructor?.name ?? 'Object'
}
