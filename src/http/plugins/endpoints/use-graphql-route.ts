import { emptyResponse, jsonResponse, refusalResponse } from '../../answer/json-response.ts'
import { graphqlPath } from '../../request/graphql-path.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import { RequestRefusal } from '../../request/request-refusal.ts'
import type { HttpPlugin } from '../http-plugin.ts'

const methods: ReadonlySet<string> = new Set(['GET', 'POST'])
const allowHeader = 'GET, POST, OPTIONS'

/** Passes GraphQL requests only, after the other endpoints: other paths are 404, other methods 405. */
export function useGraphqlRoute(contexts: RequestContexts): HttpPlugin {
  return {
    onRequest({ request, endResponse }) {
      if (contexts.of(request).path !== graphqlPath)
        return endResponse(jsonResponse(404, { error: 'Not found.' }))
      if (methods.has(request.method)) return
      if (request.method === 'OPTIONS') return endResponse(emptyResponse(204, { allow: allowHeader }))
      const headers = { allow: allowHeader }
      endResponse(
        refusalResponse(new RequestRefusal(405, 'BAD_USER_INPUT', 'Method not allowed.', { headers })),
      )
    },
  }
}
