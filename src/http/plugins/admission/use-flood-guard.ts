import type { FloodGuard } from '../../../domain/rate-limits/flood-guard.ts'
import type { Metrics } from '../../../lib/observation/metrics.ts'
import { unreadResponse } from '../../answer/unread-response.ts'
import type { AddressRules } from '../../request/address-rules.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import { RequestRefusal } from '../../request/request-refusal.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface FloodGuardPluginDeps {
  readonly contexts: RequestContexts
  readonly guard: Pick<FloodGuard, 'blockedSeconds' | 'noteRefusals'>
  readonly rules: Pick<AddressRules, 'isExempt'>
  readonly metrics: Metrics
}

/**
 * 429 for addresses that repeatedly exceed limits, before the body is read. Requests whose address is unknown are never
 * blocked: they can come from any client of a gateway.
 */
export function useFloodGuard({ contexts, guard, rules, metrics }: FloodGuardPluginDeps): HttpPlugin {
  return {
    onRequest({ request, endResponse }) {
      const context = contexts.of(request)
      const { address } = context.origin
      if (address === null) return
      const seconds = guard.blockedSeconds(address)
      if (seconds === 0 || rules.isExempt(address)) return
      context.refusedUnread = true
      metrics.count('flood_blocked', 'flood')
      endResponse(unreadResponse(request, blockedRefusal(seconds)))
    },
    onResponse({ request }) {
      const { origin, limitReport } = contexts.of(request)
      const { address } = origin
      if (limitReport.refusals === 0 || address === null || rules.isExempt(address)) return
      guard.noteRefusals(address, limitReport.refusals)
    },
  }
}

function blockedRefusal(seconds: number): RequestRefusal {
  return new RequestRefusal(
    429,
    'RATE_LIMITED',
    `Too many refused requests from this address. Try again in ${seconds} seconds.`,
    { extensions: { retryAfterSeconds: seconds }, headers: { 'retry-after': String(seconds) } },
  )
}
