import { Metadata, type StatusObject, status } from '@grpc/grpc-js'
import { RateLimitedProblem } from '../domain/problems.ts'
import {
  BadArgumentError,
  ForbiddenError,
  UnauthenticatedError,
  UnavailableError,
} from '../domain/refusals.ts'
import type { Ids } from '../lib/ids/ids.ts'
import type { Logger } from '../lib/observation/logger.ts'
import { errorForLog } from '../lib/text/error-text.ts'

export interface CallStatusDeps {
  isUnavailable(error: unknown): boolean
  readonly ids: Ids
  readonly logger: Logger
}

export type CallStatus = Pick<StatusObject, 'code' | 'details' | 'metadata'>

/** The address is blocked after too many refused calls. */
export class BlockedError extends Error {
  readonly retryAfterSeconds: number
  constructor(retryAfterSeconds: number) {
    super(`Too many refused requests from this address. Try again in ${retryAfterSeconds} seconds.`)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The address, or the process, has reached its maximum of open calls. */
export class TooManyCallsError extends Error {
  constructor() {
    super('Too many calls are open. End one, or try again in a moment.')
  }
}

/** The status of a failed call (https://grpc.io/docs/guides/status-codes). Unexpected errors are masked and logged. */
export function statusOf(deps: CallStatusDeps, error: unknown): CallStatus {
  if (error instanceof UnauthenticatedError) return callStatus(status.UNAUTHENTICATED, error.message)
  if (error instanceof ForbiddenError) return callStatus(status.PERMISSION_DENIED, error.message)
  if (error instanceof BadArgumentError) return callStatus(status.INVALID_ARGUMENT, error.message)
  if (error instanceof TooManyCallsError) return callStatus(status.RESOURCE_EXHAUSTED, error.message)
  if (error instanceof RateLimitedProblem || error instanceof BlockedError)
    return callStatus(status.RESOURCE_EXHAUSTED, error.message, error.retryAfterSeconds)
  const requestId = deps.ids.next()
  const line = { requestId, error: errorForLog(error) }
  if (error instanceof UnavailableError || deps.isUnavailable(error)) {
    deps.logger.warn(line, 'A dependency is unavailable.')
    return callStatus(status.UNAVAILABLE, 'Try again in a moment.')
  }
  deps.logger.error(line, 'Unexpected error.')
  return callStatus(status.INTERNAL, `Unexpected error, request ${requestId}.`)
}

function callStatus(code: status, details: string, retryAfterSeconds: number | null = null): CallStatus {
  const metadata = new Metadata()
  if (retryAfterSeconds !== null) metadata.set('retry-after', String(retryAfterSeconds))
  return { code, details, metadata }
}
