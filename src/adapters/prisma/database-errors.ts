/**
 * Classifies the errors of the database, its driver and Prisma. Their shapes were found by observation, not in
 * documentation: an error of the server has its SQLSTATE in `code` (driver) or in
 * `meta.driverAdapterError.cause.originalCode` (Prisma, typed and raw queries); an error of the driver itself is a plain
 * Error that Prisma passes on.
 */

/** https://www.postgresql.org/docs/15/errcodes-appendix.html */
const unavailableStates = /^(08...|53100|53200|53300|53400|55P03|57014|57P0[1-5]|58...|3D000|25006|25P03)$/
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
 * Whether the database is temporarily unavailable: a lost connection, a time-out, a full pool, queue or disk, or a server
 * that shuts down. The caller responds with UNAVAILABLE. A write may have been committed nevertheless.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'PoolQueueFull' || isTransactionConflict(error)) return true
  if (driverMessages.some((message) => error.message.startsWith(message))) return true
  const code = textAt(error, 'code')
  if (code !== null && (unavailableCodes.test(code) || socketCodes.test(code))) return true
  if (unavailableStates.test(sqlState(error) ?? '')) return true
  return unavailableKinds.test(textAt(adapterCause(error), 'kind') ?? '')
}

/** Whether the database aborted this transaction because of another one (deadlock, serialization). It can be retried. */
export function isTransactionConflict(error: unknown): boolean {
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

/** The SQLSTATE of a PostgreSQL error, in whichever property it is; null = not a PostgreSQL error. */
export function sqlState(error: unknown): string | null {
  const state = textAt(adapterCause(error), 'originalCode') ?? textAt(error, 'code')
  return state !== null && /^[0-9A-Z]{5}$/.test(state) && !/^P[0-9]/.test(state) ? state : null
}

/** The text of the server about an error that Prisma passes on; null for other errors. For operators only. */
export function serverMessage(error: unknown): string | null {
  return textAt(adapterCause(error), 'originalMessage')
}

/** The driver adapter's description of an error: under `meta` of a Prisma error, or the cause of the adapter's own error. */
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
