import type { HttpPlugin } from '../http-plugin.ts'
import type { RequestContexts } from '../request-context.ts'

/** Writes the cookies that the operation set onto its answer. */
export function useResponseCookies(contexts: RequestContexts): HttpPlugin {
  return {
    onResponse({ request, response }) {
      for (const line of contexts.of(request).responseCookies.lines())
        response.headers.append('set-cookie', line)
    },
  }
}
