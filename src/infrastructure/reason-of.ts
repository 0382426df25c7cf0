import { serverMessage } from '../adapters/prisma/database-errors.ts'
import { errorText } from '../lib/text/error-text.ts'

/** What the database server says about an error, in one line without a full stop; null for other errors. For operators only. */
export function refusalOfDatabase(error: unknown): string | null {
  return serverMessage(error)?.replace(/\.$/, '') ?? null
}

/** The reason of an error in one line: the text of the server, without the source code that Prisma puts before its own. */
export function reasonOf(error: unknown): string {
  return refusalOfDatabase(error) ?? (errorText(error).trim().split('\n').at(-1) ?? '').replace(/\.$/, '')
}
