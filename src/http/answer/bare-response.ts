import { errorForLog } from '../../lib/error-text.ts'
import type { Ids } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import { jsonResponse } from './json-response.ts'
import { securityHeaders } from './security-headers.ts'

export interface BareResponseDeps {
  readonly ids: Ids
  readonly logger: Logger
  readonly publicUrl: URL
}

/** 400 for a request that no plugin can read. Logged like every other request. */
export function invalidRequestResponse(
  deps: BareResponseDeps,
  method: string | undefined,
  problem: string,
): Response {
  const requestId = deps.ids.next()
  deps.logger.info({ requestId, method, status: 400, problem }, 'request')
  return bareResponse(deps, 400, problem, requestId)
}

/** 500 for a request whose plugins failed themselves. */
export function unexpectedErrorResponse(deps: BareResponseDeps, error: unknown): Response {
  const requestId = deps.ids.next()
  deps.logger.error({ requestId, error: errorForLog(error) }, 'A request failed outside of GraphQL.')
  return bareResponse(deps, 500, 'Unexpected error.', requestId)
}

function bareResponse({ publicUrl }: BareResponseDeps, status: number, error: string, requestId: string) {
  const headers = { ...securityHeaders(publicUrl), 'x-request-id': requestId, connection: 'close' }
  return jsonResponse(status, { error }, headers)
}
