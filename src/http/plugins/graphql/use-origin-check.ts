import { unreadResponse } from '../../answer/unread-response.ts'
import type { ForeignPages } from '../../request/foreign-pages.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/**
 * The first half of the CSRF protection (OWASP cheat sheet "Cross-Site Request Forgery Prevention"): refuses a request
 * that a page of another site made the browser send. Plugins of pages of the service, such as GraphiQL, run earlier. The
 * second half, the CSRF token, is checked in graphql/.
 */
export function useOriginCheck(
  contexts: RequestContexts,
  foreignPages: Pick<ForeignPages, 'refusalOf'>,
): HttpPlugin {
  return {
    onRequest({ request, endResponse }) {
      const refusal = foreignPages.refusalOf(request, contexts.of(request))
      if (refusal !== null) endResponse(unreadResponse(request, refusal))
    },
  }
}
