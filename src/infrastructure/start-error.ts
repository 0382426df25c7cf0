import { isUnavailable } from '../adapters/prisma/database-errors.ts'
import { errorText } from '../lib/text/error-text.ts'

/**
 * The sentence that explains to operators why a start failed. Errors of this service are sentences. Prisma describes a call
 * in several lines, with the reason in the last one, and drivers and Node report codes.
 */
export function startErrorText(error: unknown): string {
  const lines = errorText(error)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (isUnavailable(error)) return `The database became unavailable during the start: ${lines.at(-1)}`
  const isSentence = lines.length === 1 && /^\p{Lu}.* /u.test(lines[0] ?? '')
  return isSentence ? lines.join() : `The start failed: ${lines.join(' ')}`
}
