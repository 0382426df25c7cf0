import { AccountLockedProblem, Problem, RateLimitedProblem } from '../../domain/problems.ts'
import {
  BadArgumentError,
  ForbiddenError,
  OverloadError,
  UnauthenticatedError,
  UnavailableError,
} from '../../domain/refusals.ts'
import { isObject } from '../../lib/text/json.ts'
import type { GraphqlContext } from './context.ts'
import { retrySeconds } from './hashing-calls.ts'
import type { EndedCall, FieldCharging } from './rate-limit-plugin.ts'

/** Charges the root fields of an operation to its sender. */
export const fieldCharging: FieldCharging<GraphqlContext> = {
  async admit(context, call) {
    if (call.limit.hashesPassword !== true) return () => undefined
    const leave = context.hasher.admit()
    if (leave !== null) return leave
    // Within its budgets, a call in an overload is no flood. Beyond them, the answer says how long to wait.
    await fieldCharging.charge(context, { ...call, isRefused: true })
    throw new OverloadError(retrySeconds)
  },
  async charge({ flows, limitReport: report, origin, authentication }, call) {
    const { limit, identifier, checksCredentials, tenant, isRefused = false, times = 1 } = call
    if (limit.chargedByUseCase === true) return
    const caller = { origin, viewer: authentication.viewer }
    const charged = { limit, identifier, checksCredentials, tenant, isRefused, caller, report }
    for (let counted = 0; counted < times; counted += 1) await flows.chargeCall(charged)
  },
  /**
   * Records denials, and how the call ended. Flows have limits of their own (refreshes per session, attempts per account), which the
   * report includes.
   */
  onEnd({ limitReport, denials, metrics, origin, authentication: { viewer } }, ended) {
    const { field, error, wasCharged } = ended
    metrics.count('calls', field, outcomeOf(ended))
    metrics.observe('call', ended.durationMs / 1000, field)
    if (!wasCharged) return
    if (error instanceof ForbiddenError && viewer !== null)
      denials.note({ viewer, field, requestId: origin.requestId, reason: error.reason })
    if (error instanceof RateLimitedProblem)
      limitReport.noteRefusal(error.retryAfterSeconds, error.isOfTenant ? 'tenant' : null)
    if (error instanceof AccountLockedProblem) limitReport.noteRefusal(error.retryAfterSeconds ?? 0)
  },
}

/** OK, the kind of an answer that has several, or the code of a problem or error. */
function outcomeOf({ error, result }: EndedCall): string {
  if (error === null) return isObject(result) && typeof result.kind === 'string' ? result.kind : 'OK'
  if (error instanceof Problem) return error.code
  if (error instanceof UnauthenticatedError) return error.reason
  if (error instanceof ForbiddenError) return 'FORBIDDEN'
  if (error instanceof UnavailableError) return 'UNAVAILABLE'
  return error instanceof BadArgumentError ? 'BAD_USER_INPUT' : 'ERROR'
}
