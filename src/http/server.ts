import type { DocumentNode } from 'graphql'
import { createYoga } from 'graphql-yoga'
import { unexpectedErrorResponse, unparsedResponseText } from './answer/bare-response.ts'
import { BoundedCache } from './documents/bounded-cache.ts'
import type { HttpApp, HttpAppDeps } from './http-app.ts'
import { pluginList } from './plugin-list.ts'
import { DrainState } from './plugins/drain-state.ts'
import { ClientAddresses, normaliseAddress } from './request/client-address.ts'
import { ForeignPages } from './request/foreign-pages.ts'
import { graphqlPath } from './request/graphql-path.ts'
import type { Transport } from './request/request-context.ts'
import { RequestContexts } from './request/request-contexts.ts'
import { createRequestListener, type NodeHandler } from './request-listener.ts'
import { tracedFetch, tracedHandler } from './request-trace.ts'

/** Builds the HTTP edge: GraphQL Yoga with one plugin per concern. */
export function createHttpApp(deps: HttpAppDeps): HttpApp {
  const { config, clock, ids, logger, tracer = null } = deps
  const drain = new DrainState()
  const addresses = new ClientAddresses(config.server)
  const contexts = new RequestContexts({
    clock,
    ids,
    addresses,
    edgeExpected: deps.trustedEdge !== null,
    sameSite: config.cookies.sameSite,
  })
  const { allowedOrigins } = config.server
  const foreignPages = new ForeignPages({ allowedOrigins, metrics: deps.metrics })
  const caches = documentCaches()
  const yoga = createYoga<Transport>({
    schema: deps.schema,
    context: ({ request }) => {
      const received = contexts.of(request)
      const { origin, arrival, cookies, responseCookies, limitReport } = received
      const noteTenant = (tenantId: string) => {
        received.tenantId = tenantId
      }
      return deps.createContext({
        request,
        origin,
        arrival,
        cookies,
        responseCookies,
        limitReport,
        noteTenant,
      })
    },
    plugins: pluginList({ ...deps, contexts, drain, foreignPages, parsed: caches.documentCache }),
    parserAndValidationCache: caches,
    graphqlEndpoint: graphqlPath,
    ...replacedByPlugins,
  })
  const fallback = { ids, logger, publicUrl: config.server.publicUrl }
  const fetchResponse: HttpApp['fetch'] = async (request, { peerAddress = null } = {}) => {
    try {
      return await yoga.fetch(request, { peerAddress, incoming: null })
    } catch (error) {
      return unexpectedErrorResponse(fallback, error)
    }
  }
  const handle: NodeHandler = (incoming, outgoing) => {
    const peerAddress = incoming.socket.remoteAddress ?? null
    return yoga.handleNodeRequestAndResponse(incoming, outgoing, { peerAddress, incoming })
  }
  return {
    fetch: tracer === null ? fetchResponse : tracedFetch(tracer, fetchResponse),
    requestListener: createRequestListener(
      fallback,
      tracer === null ? handle : tracedHandler(tracer, handle),
    ),
    unparsedResponse: (code) => unparsedResponseText(fallback, code),
    shareOf(peer) {
      const address = normaliseAddress(peer)
      const exempt = address === null || addresses.isTrusted(address) || deps.addressRules.isExempt(address)
      return exempt ? null : address
    },
    startDraining: (reason) => drain.start(reason),
  }
}

/** Parsed documents and parse errors. Validation results are cached per document and schema. */
function documentCaches() {
  return {
    documentCache: new BoundedCache<DocumentNode>({ maxEntries: 500, maxCharacters: 500_000 }),
    errorCache: new BoundedCache<Error>({ maxEntries: 100, maxCharacters: 50_000 }),
    validationCache: true,
  }
}

/**
 * Features of Yoga that plugins replace. The path of its health check cannot be omitted: no URL contains a line feed,
 * which turns the check off.
 */
const replacedByPlugins = {
  batching: false,
  cors: false,
  graphiql: false,
  healthCheckEndpoint: '\n',
  landingPage: false,
  logging: false,
  maskedErrors: false,
  maxRequestBodySize: false,
  multipart: false,
} as const
