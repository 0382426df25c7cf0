import { AccountLockedProblem, RateLimitedProblem } from '../../domain/problems.ts'
import { ForbiddenError } from '../../domain/refusals.ts'
import type { GraphqlContext } from './context.ts'
import type { FieldCharging } from './rate-limit-plugin.ts'

/** Charges the root fields of an operation to its sender. */
export const fieldCharging: FieldCharging<GraphqlContext> = {
  async charge({ rateLimits, limitReport, origin, authentication }, { times = 1, ...call }) {
    const caller = { origin, viewer: authentication.viewer }
    for (let counted = 0; counted < times; counted += 1)
      await rateLimits.charge({ ...call, caller, report: limitReport })
  },
  /** Records denials. Flows have limits of their own (refreshes per session, attempts per account), which the report includes. */
  onFailure: ({ limitReport, denials, origin, authentication: { viewer } }, error, field) => {
    if (error instanceof ForbiddenError && viewer !== null)
      denials.note({ viewer, field, requestId: origin.requestId, reason: error.reason })
    if (error instanceof RateLimitedProblem || error instanceof AccountLockedProblem)
      limitReport.noteRefusal(error.retryAfterSeconds ?? 0)
  },
}
