/** The message of an error, or the thrown value as text. For logs and operators only: it can name files and hosts. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.message !== '') return error.message
  // Node reports all addresses of a host that refuse a connection by an error without a message.
  return error instanceof AggregateError ? error.errors.map(errorText).join('; ') : error.name
}

/** The code of a system error, such as ENOENT; null for other errors. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null
}

const maxStackLength = 8000

/** Name and stack of an error for one log line; the stack contains the message. */
export function errorForLog(error: unknown): { readonly name: string; readonly stack: string } {
  if (!(error instanceof Error)) return { name: typeof error, stack: 'not an Error' }
  return { name: error.name, stack: (error.stack ?? error.message).slice(0, maxStackLength) }
}
