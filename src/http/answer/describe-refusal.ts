import { InvalidInputProblem, Problem, RateLimitedProblem } from '../../domain/problems.ts'
import { BadArgumentError, ForbiddenError, UnauthenticatedError } from '../../domain/refusals.ts'
import type { PublicErrorCode } from '../request/public-error-codes.ts'

export interface DescribedRefusal {
  readonly code: PublicErrorCode
  readonly message: string
  readonly extensions: Readonly<Record<string, unknown>>
}

/** A refusal of the domain as a top-level error; null if the error is not a refusal. */
export function describeRefusal(error: unknown): DescribedRefusal | null {
  if (error instanceof UnauthenticatedError) {
    return { code: 'UNAUTHENTICATED', message: error.message, extensions: { reason: error.reason } }
  }
  if (error instanceof ForbiddenError) {
    const extensions = error.reason === null ? {} : { reason: error.reason }
    return { code: 'FORBIDDEN', message: error.message, extensions }
  }
  if (error instanceof RateLimitedProblem) {
    const { limit, remaining, retryAfterSeconds, resetsAt } = error
    const extensions = { limit, remaining, retryAfterSeconds, resetsAt: resetsAt.toISOString() }
    return { code: 'RATE_LIMITED', message: error.message, extensions }
  }
  if (error instanceof InvalidInputProblem) {
    return { code: 'BAD_USER_INPUT', message: error.message, extensions: { issues: error.issues } }
  }
  if (error instanceof BadArgumentError || error instanceof Problem) {
    return { code: 'BAD_USER_INPUT', message: error.message, extensions: {} }
  }
  return null
}
