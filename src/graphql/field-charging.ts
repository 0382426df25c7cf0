import { AccountLockedProblem, RateLimitedProblem } from '../domain/problems.ts'
import type { GraphqlContext } from './context.ts'
import type { FieldCharging } from './rate-limit-plugin.ts'

/** Charges the fields of an operation to whoever sent it. */
export const fieldCharging: FieldCharging<GraphqlContext> = {
  charge: ({ rateLimits, limitReport, origin, authentication }, call) =>
    rateLimits.charge({
      ...call,
      caller: { origin, viewer: authentication.viewer },
      report: limitReport,
    }),
  /** Flows have limits of their own: a refresh per session, attempts per account. */
  onFailure: ({ limitReport }, error) => {
    if (error instanceof RateLimitedProblem || error instanceof AccountLockedProblem)
      limitReport.noteRefusal(error.retryAfterSeconds ?? 0)
  },
}
