import type { EdgeVerdict, TrustedEdge } from '../../../domain/origin/trusted-edge.ts'
import { refusalResponse } from '../../answer/json-response.ts'
import { bodyLimit, bodyOf } from '../../request/request-body.ts'
import type { RequestContext, RequestContexts } from '../../request/request-context.ts'
import { RequestRefusal } from '../../request/request-refusal.ts'
import { graphqlPath } from '../endpoints/use-graphql-route.ts'
import type { HttpPlugin } from '../http-plugin.ts'

const edgeHeader = 'x-gatehouse-edge'

/**
 * Settles where a request comes from before anybody decides anything by it. The body of a request that a gateway has
 * signed is read here, since the signature speaks for it; that of every other one is not.
 */
export function useTrustedEdge(
  contexts: RequestContexts,
  edge: Pick<TrustedEdge, 'verify'> | null,
): HttpPlugin {
  const verify = async (request: Request, context: RequestContext): Promise<EdgeVerdict | null> => {
    const header = request.headers.get(edgeHeader)
    if (header === null || context.path !== graphqlPath) return null
    if (edge === null || !isReadable(request)) return { state: 'INVALID', reason: 'forged' }
    return edge.verify(header, () => signedBytes(request, context))
  }
  return {
    async onRequest({ request, endResponse }) {
      const context = contexts.of(request)
      try {
        const verdict = await verify(request, context)
        if (verdict !== null) contexts.applyEdgeClaims(context, verdict)
      } catch (error) {
        if (!(error instanceof RequestRefusal)) throw error
        endResponse(refusalResponse(error))
      }
    },
  }
}

/** What is longer is refused later, unread. */
function isReadable(request: Request): boolean {
  if (request.method === 'GET') return true
  return request.method === 'POST' && Number(request.headers.get('content-length') ?? 0) <= bodyLimit
}

/** The body; of a GET, what stands behind the question mark. */
async function signedBytes(request: Request, context: RequestContext): Promise<Uint8Array> {
  if (request.method === 'POST') return bodyOf(request, context)
  const query = request.url.indexOf('?')
  return Buffer.from(query === -1 ? '' : request.url.slice(query + 1))
}
