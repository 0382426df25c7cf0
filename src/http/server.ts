import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DocumentNode, GraphQLSchema } from 'graphql'
import { createYoga } from 'graphql-yoga'
import type { Config } from '../config/config.ts'
import type { Denials } from '../domain/access/denials.ts'
import type { Arrival } from '../domain/origin/arrival.ts'
import type { Origin } from '../domain/origin/origin.ts'
import type { TrustedEdge } from '../domain/origin/trusted-edge.ts'
import type { FloodGuard } from '../domain/rate-limits/flood-guard.ts'
import type { LimitReport } from '../domain/rate-limits/limit-report.ts'
import type { RateLimits } from '../domain/rate-limits/rate-limit-service.ts'
import type { Authenticate } from '../flows/sign-in/authenticate.ts'
import type { Clock } from '../lib/clock.ts'
import type { Ids } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { Metrics } from '../lib/metrics.ts'
import type { ReadinessCheck } from '../lib/readiness.ts'
import { jsonResponse } from './answer/json-response.ts'
import { sendResponse } from './answer/node-response.ts'
import { describe, PublicErrors } from './answer/public-errors.ts'
import { securityHeaders } from './answer/security-headers.ts'
import { BoundedCache } from './documents/bounded-cache.ts'
import { useAddressRules } from './plugins/admission/use-address-rules.ts'
import { useCors } from './plugins/admission/use-cors.ts'
import { useFloodGuard } from './plugins/admission/use-flood-guard.ts'
import { useRateLimits } from './plugins/admission/use-rate-limits.ts'
import { useDrain } from './plugins/answer/use-drain.ts'
import { useGraphqlResponses } from './plugins/answer/use-graphql-responses.ts'
import { useRequestLog } from './plugins/answer/use-request-log.ts'
import { useResponseCookies } from './plugins/answer/use-response-cookies.ts'
import { useSecurityHeaders } from './plugins/answer/use-security-headers.ts'
import { DrainState } from './plugins/drain-state.ts'
import { ServiceAuth } from './plugins/endpoints/service-auth.ts'
import { useGraphiql } from './plugins/endpoints/use-graphiql.ts'
import { graphqlPath, useGraphqlRoute } from './plugins/endpoints/use-graphql-route.ts'
import { useHealth } from './plugins/endpoints/use-health.ts'
import { useJwks } from './plugins/endpoints/use-jwks.ts'
import { type ShownMailbox, useMailbox } from './plugins/endpoints/use-mailbox.ts'
import { type ShownMetrics, useMetrics } from './plugins/endpoints/use-metrics.ts'
import { type RevocationFeedDeps, useRevocationFeed } from './plugins/endpoints/use-revocation-feed.ts'
import {
  type TokenIntrospectionDeps,
  useTokenIntrospection,
} from './plugins/endpoints/use-token-introspection.ts'
import { type TokenRevocationDeps, useTokenRevocation } from './plugins/endpoints/use-token-revocation.ts'
import { useDocumentLimits } from './plugins/graphql/use-document-limits.ts'
import { useGraphqlRequests } from './plugins/graphql/use-graphql-requests.ts'
import { useOperation } from './plugins/graphql/use-operation.ts'
import { useOriginCheck } from './plugins/graphql/use-origin-check.ts'
import { useTimeLimit } from './plugins/graphql/use-time-limit.ts'
import { useValidation } from './plugins/graphql/use-validation.ts'
import { useVariableErrors } from './plugins/graphql/use-variable-errors.ts'
import type { HttpPlugin } from './plugins/http-plugin.ts'
import { useRequestContext } from './plugins/identity/use-request-context.ts'
import { useTrustedEdge } from './plugins/identity/use-trusted-edge.ts'
import { useTrustedHosts } from './plugins/identity/use-trusted-hosts.ts'
import type { AddressRules } from './request/address-rules.ts'
import { ClientAddresses } from './request/client-address.ts'
import type { RequestCookies, ResponseCookies } from './request/cookies.ts'
import { incomingProblem } from './request/incoming-problem.ts'
import { RequestContexts, type Transport } from './request/request-context.ts'
import type { TrustedDocuments } from './request/trusted-documents.ts'

/** What other services ask, besides GraphQL. */
export interface TokenServices
  extends Pick<TokenIntrospectionDeps, 'verifyToken' | 'tokens'>,
    Pick<TokenRevocationDeps, 'revokePresentedToken'>,
    Pick<RevocationFeedDeps, 'feed'> {
  readonly authenticate: Authenticate
  readonly denials: Pick<Denials, 'note'>
}

/** What the context of an operation is made from. */
export interface ContextInput {
  readonly request: Request
  readonly origin: Origin
  readonly arrival: Arrival
  readonly cookies: RequestCookies
  readonly responseCookies: ResponseCookies
  readonly limitReport: LimitReport
}

export interface HttpAppDeps {
  readonly config: Pick<Config, 'server' | 'cookies' | 'graphiql' | 'introspection'>
  readonly logger: Logger
  readonly clock: Clock
  readonly ids: Ids
  readonly schema: GraphQLSchema
  /** Called once per operation, after it has been parsed and found valid. Its own properties become the context. */
  createContext(input: ContextInput): Promise<object>
  readonly rateLimits: Pick<RateLimits, 'charge' | 'chargeRequest'>
  /** Null: no gateway signs. */
  readonly trustedEdge: Pick<TrustedEdge, 'verify'> | null
  /** Null: clients send documents, and name none. */
  readonly documents: Pick<TrustedDocuments, 'find'> | null
  readonly addressRules: Pick<AddressRules, 'refusalOf' | 'isExempt'>
  /** Null: nobody is blocked. */
  readonly floodGuard: Pick<FloodGuard, 'blockedSeconds' | 'noteRefusals'> | null
  readonly metrics: Metrics
  readonly readiness: readonly ReadinessCheck[]
  jwks(): Promise<{ readonly body: string; readonly etag: string }>
  /** Null: `/metrics` is no path. */
  readonly shownMetrics: ShownMetrics | null
  /** Null: no mail is kept here, or nobody is to see it. */
  readonly mailbox: ShownMailbox | null
  /** Recognises errors which say that something needed cannot be asked now; their `retryAfterSeconds` is answered. */
  isUnavailable(error: unknown): boolean
  /** Names of the mutations that check credentials: one operation may run one of them. */
  readonly credentialFields: ReadonlySet<string>
  /** Names of the queries that are for POST alone. */
  readonly postOnlyFields: ReadonlySet<string>
  /** Null: there are none. */
  readonly tokenServices: TokenServices | null
  /** After how many milliseconds an operation is UNAVAILABLE; 8 s unless told. */
  readonly executionLimitMs?: number
  /** More plugins, between the validation of an operation and its answer. */
  readonly plugins?: readonly HttpPlugin[]
}

/** The HTTP edge as a function of requests, and as a listener for node:http. */
export interface HttpApp {
  /** Answers a request without a socket; `peerAddress` stands for the socket's. Never rejects. */
  fetch(request: Request, transport?: { peerAddress?: string | null }): Promise<Response>
  requestListener(incoming: IncomingMessage, outgoing: ServerResponse): void
  /** From now on `/health/ready` is 503 and each answer closes its connection. */
  startDraining(): void
}

/** Puts the edge together: one plugin per concern, in the order in which they see a request. */
export function createHttpApp(deps: HttpAppDeps): HttpApp {
  const { logger } = deps
  const drain = new DrainState()
  const contexts = new RequestContexts({
    clock: deps.clock,
    ids: deps.ids,
    addresses: new ClientAddresses(deps.config.server),
    edgeExpected: deps.trustedEdge !== null,
    sameSite: deps.config.cookies.sameSite,
  })
  const yoga = createYoga<Transport>({
    schema: deps.schema,
    context: ({ request }) => {
      const { origin, arrival, cookies, responseCookies, limitReport } = contexts.of(request)
      return deps.createContext({ request, origin, arrival, cookies, responseCookies, limitReport })
    },
    plugins: pluginList(deps, contexts, drain),
    parserAndValidationCache: documentCaches(),
    graphqlEndpoint: graphqlPath,
    ...replacedByPlugins,
  })
  const headers = securityHeaders(deps.config.server.publicUrl)

  /** An answer without the plugins, which were not reached or failed themselves. */
  const bareAnswer = (status: number, error: string, requestId: string) =>
    jsonResponse(status, { error }, { ...headers, 'x-request-id': requestId, connection: 'close' })
  const lastResort = (error: unknown) => {
    const requestId = deps.ids.next()
    logger.error({ requestId, error: describe(error) }, 'A request failed outside of GraphQL.')
    return bareAnswer(500, 'Unexpected error.', requestId)
  }
  const listen = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const problem = incomingProblem(incoming)
    if (problem !== null) {
      const requestId = deps.ids.next()
      logger.info({ requestId, method: incoming.method, status: 400, problem }, 'request')
      return bareAnswer(400, problem, requestId)
    }
    const transport = { peerAddress: incoming.socket.remoteAddress ?? null, incoming }
    return await yoga.handleNodeRequestAndResponse(incoming, outgoing, transport)
  }
  return {
    async fetch(request, transport = {}) {
      try {
        return await yoga.fetch(request, { peerAddress: transport.peerAddress ?? null, incoming: null })
      } catch (error) {
        return lastResort(error)
      }
    },
    requestListener(incoming, outgoing) {
      listen(incoming, outgoing)
        .catch(lastResort)
        .then((response) => sendResponse(response, outgoing))
        .catch(() => outgoing.destroy())
    },
    startDraining: () => drain.start(),
  }
}

function pluginList(deps: HttpAppDeps, contexts: RequestContexts, drain: DrainState): HttpPlugin[] {
  const { config, clock, logger, metrics, addressRules: rules, floodGuard: guard } = deps
  const { publicUrl, allowedHosts, allowedOrigins } = config.server
  const errors = new PublicErrors({ logger, isUnavailable: (error) => deps.isUnavailable(error) })
  return [
    useRequestContext(contexts),
    useTrustedHosts({ contexts, allowedHosts }),
    useHealth({ contexts, readiness: deps.readiness, drain }),
    useJwks({ contexts, logger, jwks: () => deps.jwks() }),
    useTrustedEdge(contexts, deps.trustedEdge),
    useAddressRules({ contexts, rules, metrics }),
    useRateLimits({ contexts, rateLimits: deps.rateLimits }),
    ...(guard === null ? [] : [useFloodGuard({ contexts, guard, rules, metrics })]),
    ...(deps.shownMetrics === null ? [] : [useMetrics(contexts, deps.shownMetrics)]),
    ...(deps.mailbox === null ? [] : [useMailbox(contexts, deps.mailbox)]),
    useCors({ contexts, allowedOrigins }),
    ...(config.graphiql ? [useGraphiql(contexts)] : []),
    ...servicePlugins(deps, contexts),
    useGraphqlRoute(contexts),
    useOriginCheck({ contexts, allowedOrigins }),
    useGraphqlRequests(contexts, deps.documents),
    useDocumentLimits(deps.credentialFields),
    useOperation(contexts, deps.postOnlyFields),
    useValidation({ introspection: config.introspection }),
    useVariableErrors(),
    useTimeLimit(deps.executionLimitMs),
    ...(deps.plugins ?? []),
    useGraphqlResponses({ contexts, errors }),
    useResponseCookies(contexts),
    useSecurityHeaders(publicUrl),
    useDrain(drain),
    useRequestLog({ contexts, clock, logger }),
  ]
}

/** The paths of other services, behind the same address rules, flood guard and limits as GraphQL. */
function servicePlugins(deps: HttpAppDeps, contexts: RequestContexts): HttpPlugin[] {
  const { tokenServices, rateLimits, logger } = deps
  if (tokenServices === null) return []
  const { authenticate, denials } = tokenServices
  const isUnavailable = (error: unknown) => deps.isUnavailable(error)
  const shared = {
    contexts,
    door: new ServiceAuth({ contexts, authenticate, denials, rateLimits, isUnavailable, logger }),
    ...tokenServices,
  }
  return [useTokenIntrospection(shared), useTokenRevocation(shared), useRevocationFeed(shared)]
}

/** Parsed documents and parse errors; what validation says hangs on the document and on the schema. */
function documentCaches() {
  return {
    documentCache: new BoundedCache<DocumentNode>({ maxEntries: 500, maxCharacters: 500_000 }),
    errorCache: new BoundedCache<Error>({ maxEntries: 100, maxCharacters: 50_000 }),
    validationCache: true,
  }
}

/** What Yoga brings and the plugins do in its place. No URL ends with a line feed: its health check is off. */
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
