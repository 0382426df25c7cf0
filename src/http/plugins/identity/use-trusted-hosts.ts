import { jsonResponse } from '../../answer/json-response.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface TrustedHostsDeps {
  readonly contexts: RequestContexts
  /** Lower case. An entry with a port allows this port only, an entry without one allows every port. */
  readonly allowedHosts: readonly string[]
}

/** 421 for a Host that is not allowed, as a protection against DNS rebinding; health checks are exempt. */
export function useTrustedHosts({ contexts, allowedHosts }: TrustedHostsDeps): HttpPlugin {
  const allowed: ReadonlySet<string> = new Set(allowedHosts)
  return {
    onRequest({ request, endResponse }) {
      const { host, path } = contexts.of(request)
      if (allowed.has(host) || allowed.has(withoutPort(host)) || path.startsWith('/health/')) return
      endResponse(jsonResponse(421, { error: 'This host name is not served here: see ALLOWED_HOSTS.' }))
    },
  }
}

function withoutPort(host: string): string {
  return host.replace(/:[0-9]{0,5}$/, '')
}
