import type { EdgeVerdict, TrustedEdge } from '../../../domain/origin/trusted-edge.ts'
import { refusalResponse } from '../../answer/json-response.ts'
import { graphqlPath } from '../../request/graphql-path.ts'
import { bodyOf, maxBodyBytes } from '../../request/request-body.ts'
import type { RequestContext } from '../../request/request-context.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import { RequestRefusal } from '../../request/request-refusal.ts'
import type { HttpPlugin } from '../http-plugin.ts'

type Edge = Pick<TrustedEdge, 'verify'> | null

const edgeHeader = 'x-gatehouse-edge'

/**
 * Settles the origin of a request, before any plugin decides by it. Reads the body of a request that a gateway signed,
 * because the signature covers it; other bodies are not read here.
 */
export function useTrustedEdge(contexts: RequestContexts, edge: Edge): HttpPlugin {
  return {
    /** Synchronous without a signature, as most requests are. */
    onRequest({ request, endResponse }) {
      const context = contexts.of(request)
      const header = request.headers.get(edgeHeader)
      if (header === null || context.path !== graphqlPath) return context.settleSource(null)
      return settle(edge, { header, request, context }).catch((error) => {
        if (!(error instanceof RequestRefusal)) throw error
        endResponse(refusalResponse(error))
      })
    },
    /** A request that ended before its edge was verified keeps its origin as received. */
    onResponse({ request }) {
      contexts.of(request).settleSource(null)
    },
  }
}

interface SignedRequest {
  readonly header: string
  readonly request: Request
  readonly context: RequestContext
}

/** @throws RequestRefusal if the body cannot be read */
async function settle(edge: Edge, signed: SignedRequest): Promise<void> {
  signed.context.settleSource(await verify(edge, signed))
}

async function verify(edge: Edge, { header, request, context }: SignedRequest): Promise<EdgeVerdict> {
  if (edge === null || !isReadable(request)) return { state: 'INVALID', reason: 'forged' }
  return edge.verify(header, () => signedBytes(request, context))
}

/** A longer body is refused later without being read. */
function isReadable(request: Request): boolean {
  if (request.method === 'GET') return true
  return request.method === 'POST' && Number(request.headers.get('content-length') ?? 0) <= maxBodyBytes
}

/** The body; for GET, the query string without the question mark. */
async function signedBytes(request: Request, context: RequestContext): Promise<Uint8Array> {
  if (request.method === 'POST') return bodyOf(request, context)
  const query = request.url.indexOf('?')
  return Buffer.from(query === -1 ? '' : request.url.slice(query + 1))
}
