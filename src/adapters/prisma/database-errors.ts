/**
 * What the database, its driver and Prisma throw, in words that the rest needs. The shapes were looked at, not read
 * up: a server's error keeps its SQLSTATE in `code` (driver) or in `meta.driverAdapterError.cause.originalCode`
 * (Prisma, typed and raw alike); what the driver itself finds wrong is a plain Error that Prisma passes on.
 */

/** https://www.postgresql.org/docs/15/errcodes-appendix.html */
const unavailableStates = /^(08...|53100|53200|53300|53400|55P03|57014|57P0[1-5]|58...|3D000|25006)$/
const uniqueState = '23505'
/** https://www.prisma.io/docs/orm/reference/error-reference */
const unavailableCodes = /^P(1001|1002|1003|1008|1017|2024|2028|2037)$/
const unavailableKinds =
  /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections|TlsConnectionError|DatabaseDoesNotExist)$/
const socketCodes = /^(ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT|ENOSPC)$/
const driverMessages = [
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Connection terminated',
  'Query read timeout',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Cannot use a pool after calling end on the pool',
  'PGlite is clos',
]

/**
 * Whether the database could not be asked or could not answer just now: lost connections, time-outs, a full pool,
 * queue or disk, a server that stops. The caller says UNAVAILABLE; what was to be written may have been written.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'PoolQueueFull' || isCrossed(error)) return true
  if (driverMessages.some((message) => error.message.startsWith(message))) return true
  const code = textAt(error, 'code')
  if (code !== null && (unavailableCodes.test(code) || socketCodes.test(code))) return true
  if (unavailableStates.test(sqlState(error) ?? '')) return true
  return unavailableKinds.test(textAt(adapterCause(error), 'kind') ?? '')
}

/** Whether two transactions have crossed (deadlock, serialization) and this one was ended for it: it can be tried again. */
export function isCrossed(error: unknown): boolean {
  return /^40(001|P01)$/.test(sqlState(error) ?? '') || textAt(error, 'code') === 'P2034'
}

/** The name of the unique constraint that a write violates (`users_tenant_id_email_key`); null for any other error. */
export function uniqueViolation(error: unknown): string | null {
  if (sqlState(error) !== uniqueState) return null
  const named = textAt(error, 'constraint')
  if (named !== null) return named
  const message = textAt(adapterCause(error), 'originalMessage') ?? textAt(error, 'message') ?? ''
  return /unique constraint "([^"]+)"/.exec(message)?.[1] ?? null
}

/** The five characters with which PostgreSQL names an error, wherever they are; null = not an error of PostgreSQL. */
function sqlState(error: unknown): string | null {
  const state = textAt(adapterCause(error), 'originalCode') ?? textAt(error, 'code')
  return state !== null && /^[0-9A-Z]{5}$/.test(state) && !/^P[0-9]/.test(state) ? state : null
}

/** What the driver adapter made of the error: on Prisma's error under `meta`, on the adapter's own as its cause. */
function adapterCause(error: unknown): unknown {
  const adapterError = at(at(error, 'meta'), 'driverAdapterError') ?? error
  return at(adapterError, 'cause')
}

function textAt(value: unknown, name: string): string | null {
  const text = at(value, name)
  return typeof text === 'string' ? text : null
}

function at(value: unknown, name: string): unknown {
  return value instanceof Object ? Reflect.get(value, name) : undefined
}
