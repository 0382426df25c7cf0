import type { Metrics } from '../../../lib/observation/metrics.ts'
import { unreadResponse } from '../../answer/unread-response.ts'
import type { AddressRules } from '../../request/address-rules.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import { RequestRefusal } from '../../request/request-refusal.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface AddressRulesPluginDeps {
  readonly contexts: RequestContexts
  readonly rules: Pick<AddressRules, 'refusalOf'>
  readonly metrics: Metrics
}

/** 403 for addresses that the operator denies, before the body is read. */
export function useAddressRules({ contexts, rules, metrics }: AddressRulesPluginDeps): HttpPlugin {
  return {
    onRequest({ request, endResponse }) {
      const context = contexts.of(request)
      const refusal = rules.refusalOf(context.origin.address)
      if (refusal === null) return
      context.refusedUnread = true
      metrics.count('flood_blocked', refusal)
      const message = 'Requests from this address are not served.'
      endResponse(unreadResponse(request, new RequestRefusal(403, 'FORBIDDEN', message)))
    },
  }
}
