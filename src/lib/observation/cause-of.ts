import { errorCode, errorText } from '../text/error-text.ts'

/**
 * Why a dependency failed, for operators: the code of a system error (ECONNREFUSED), of PostgreSQL (57P03) or of a reply of Redis
 * (`MOVED`, `NOPERM`, `READONLY`, `WRONGPASS`), or the message where
 * there is no code.
 */
export function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const code = errorCode(cause)
  if (code !== null && /^[A-Z][A-Z0-9_]+$/.test(code)) return code
  const text = errorText(cause)
  const reply = /^([A-Z]{3,}) /.exec(text)?.[1]
  if (reply !== undefined) return reply
  if (code !== null && /^[0-9A-Z]{5}$/.test(code)) return `${code}: ${text}`
  return text
}
