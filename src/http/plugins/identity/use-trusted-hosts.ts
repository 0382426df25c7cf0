import { jsonResponse } from '../../answer/json-response.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface TrustedHostsDeps {
  readonly contexts: RequestContexts
  /** Lower case. An entry with a port allows this port only, an entry without one allows every port. */
  readonly allowedHosts: readonly string[]
}

/**
 * 421 for a Host that is not allowed, as a protection against DNS rebinding; health checks are exempt. Not charged: the
 * owner of any domain can point it here, and its pages make their visitors send such requests.
 */
export function useTrustedHosts({ contexts, allowedHosts }: TrustedHostsDeps): HttpPlugin {
  const allowed: ReadonlySet<string> = new Set(allowedHosts)
  return {
    onRequest({ request, endResponse }) {
      const context = contexts.of(request)
      const { host, path } = context
      if (allowed.has(host) || allowed.has(withoutPort(host)) || path.startsWith('/health/')) return
      context.refusedUnread = true
      endResponse(jsonResponse(421, { error: 'This host name is not served here: see ALLOWED_HOSTS.' }))
    },
  }
}

function withoutPort(host: string): string {
  return host.replace(/:[0-9]{0,5}$/, '')
}
