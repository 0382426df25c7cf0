import { jsonResponse } from '../../answer/json-response.ts'
import { metricsPath } from '../../answer/metrics-answer.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface TrustedHostsDeps {
  readonly contexts: RequestContexts
  /** Lower case. An entry with a port allows this port only, an entry without one allows every port. */
  readonly allowedHosts: readonly string[]
}

/**
 * 421 for a Host that is not allowed, as a protection against DNS rebinding. Health checks and the metrics, which require a token, are
 * exempt: they are asked by the address of a process. Not charged: the
 * owner of any domain can point it here, and its pages make their visitors send such requests.
 */
export function useTrustedHosts({ contexts, allowedHosts }: TrustedHostsDeps): HttpPlugin {
  const allowed: ReadonlySet<string> = new Set(allowedHosts)
  return {
    onRequest({ request, endResponse }) {
      const context = contexts.of(request)
      const { host, path } = context
      if (allowed.has(host) || allowed.has(withoutPort(host)) || isAskedByAddress(path)) return
      context.refusedUnread = true
      endResponse(jsonResponse(421, { error: 'This host name is not served here: see ALLOWED_HOSTS.' }))
    },
  }
}

function isAskedByAddress(path: string): boolean {
  return path.startsWith('/health/') || path === metricsPath
}

function withoutPort(host: string): string {
  return host.replace(/:[0-9]{0,5}$/, '')
}
