import type { Ids } from '../../lib/ids/ids.ts'
import type { Logger } from '../../lib/observation/logger.ts'
import { errorForLog } from '../../lib/text/error-text.ts'
import type { IncomingProblem } from '../request/incoming-problem.ts'
import { jsonHeaders, jsonResponse } from './json-response.ts'
import { securityHeaders } from './security-headers.ts'

export interface BareResponseDeps {
  readonly ids: Ids
  readonly logger: Logger
  readonly publicUrl: URL
}

/** 400 or 431 for a request that no plugin can read. Logged like every other request. */
export function invalidRequestResponse(
  deps: BareResponseDeps,
  method: string | undefined,
  { status, message }: IncomingProblem,
): Response {
  const requestId = deps.ids.next()
  deps.logger.info({ requestId, method, status, problem: message }, 'request')
  return bareResponse(deps, status, message, requestId)
}

/** 500 for a request on which a plugin failed. */
export function unexpectedErrorResponse(deps: BareResponseDeps, error: unknown): Response {
  const requestId = deps.ids.next()
  deps.logger.error({ requestId, error: errorForLog(error) }, 'A request failed outside of GraphQL.')
  return bareResponse(deps, 500, 'Unexpected error.', requestId)
}

/**
 * The bytes of the response to a request that is not valid HTTP, too slow or too large. Logged like every other
 * request.
 */
export function unparsedResponseText(deps: BareResponseDeps, code: string | undefined): string {
  const requestId = deps.ids.next()
  const { status, reason, error } = parserRefusals.get(code ?? '') ?? malformed
  deps.logger.info({ requestId, status, problem: error }, 'request')
  const body = JSON.stringify({ error })
  const headers = {
    ...bareHeaders(deps, requestId),
    ...jsonHeaders,
    'content-length': Buffer.byteLength(body),
    date: new Date().toUTCString(),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} ${reason}`, ...lines, '', body].join('\r\n')
}

const malformed = { status: 400, reason: 'Bad Request', error: 'The request is not valid HTTP.' }
/** By the error code of Node's parser and server. */
const parserRefusals: ReadonlyMap<string, typeof malformed> = new Map([
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    { status: 408, reason: 'Request Timeout', error: 'The request did not arrive in time.' },
  ],
  [
    'HPE_HEADER_OVERFLOW',
    { status: 431, reason: 'Request Header Fields Too Large', error: 'The headers are too large.' },
  ],
])

function bareResponse(deps: BareResponseDeps, status: number, error: string, requestId: string) {
  return jsonResponse(status, { error }, bareHeaders(deps, requestId))
}

/** The headers that plugins add to other responses. */
function bareHeaders({ publicUrl }: BareResponseDeps, requestId: string) {
  return { ...securityHeaders(publicUrl), 'x-request-id': requestId, connection: 'close' }
}
