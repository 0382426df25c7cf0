import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/** Adds the cookies that the operation set to its response. */
export function useResponseCookies(contexts: RequestContexts): HttpPlugin {
  return {
    onResponse({ request, response }) {
      for (const line of contexts.of(request).responseCookies.lines())
        response.headers.append('set-cookie', line)
    },
  }
}
