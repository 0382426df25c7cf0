import type { RequestContexts } from '../../request/request-context.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/** Writes the cookies that the operation set onto its answer. */
export function useResponseCookies(contexts: RequestContexts): HttpPlugin {
  return {
    onResponse({ request, response }) {
      for (const line of contexts.of(request).responseCookies.lines())
        response.headers.append('set-cookie', line)
    },
  }
}
