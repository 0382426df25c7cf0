import type { LogFields } from '../../lib/observation/logger.ts'

const maxStackLength = 8000
/** Maximum depth of nested objects and of causes; deeper values are replaced by their kind. */
const maxDepth = 4

/**
 * The ends of names whose values are replaced, in case a caller logs a secret against the rules. test/schema.test.ts fails if
 * an argument of the API is neither named like this nor listed there as plain.
 */
const secretName = /(password|token|secret|recoverycode|cookie)s?$|^(authorization|x-api-key|qrCodeSvg)$/i
/** Codes of an app or a text message; error codes have another length, or letters. The secret of an app. */
const secretText = /^\d{6}$|^otpauth:/

/**
 * Returns fields that contain plain data only, and `***` for secrets, at any depth. Errors keep their name,
 * message, code, stack and cause, and no other property: drivers attach whole connections to theirs, with passwords and
 * cancel keys. Objects of other classes are replaced by the name of their class.
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
  const plain: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields))
    plain[name] = isSecret(name, value) ? '***' : plainValue(value, depth)
  return plain
}

/** Numbers and flags are none: `tokens` may be a count. */
function isSecret(name: string, value: unknown): boolean {
  if (typeof value === 'string') return secretName.test(name) || secretText.test(value)
  return typeof value === 'object' && value !== null && secretName.test(name)
}

function className(value: object): string {
  return value.constructor?.name ?? 'Object'
}
