import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GraphQLSchema } from 'graphql'
import type { Config } from '../config/config.ts'
import type { Denials } from '../domain/access/denials.ts'
import type { Arrival } from '../domain/origin/arrival.ts'
import type { Origin } from '../domain/origin/origin.ts'
import type { TrustedEdge } from '../domain/origin/trusted-edge.ts'
import type { FloodGuard } from '../domain/rate-limits/flood-guard.ts'
import type { LimitReport } from '../domain/rate-limits/limit-report.ts'
import type { RateLimits } from '../domain/rate-limits/rate-limit-service.ts'
import type { Authenticate } from '../flows/sign-in/authenticate.ts'
import type { ChargeCall } from '../flows/sign-in/charge-call.ts'
import type { DrainReason } from '../lib/concurrency/drain-reason.ts'
import type { Ids } from '../lib/ids/ids.ts'
import type { HealthChecks } from '../lib/observation/health-checks.ts'
import type { Logger } from '../lib/observation/logger.ts'
import type { Metrics } from '../lib/observation/metrics.ts'
import type { Tracer } from '../lib/observation/tracer.ts'
import type { Clock } from '../lib/time/clock.ts'
import type { ShownMailbox } from './plugins/endpoints/use-mailbox.ts'
import type { ShownMetrics } from './plugins/endpoints/use-metrics.ts'
import type { RevocationFeedDeps } from './plugins/endpoints/use-revocation-feed.ts'
import type { TokenIntrospectionDeps } from './plugins/endpoints/use-token-introspection.ts'
import type { TokenRevocationDeps } from './plugins/endpoints/use-token-revocation.ts'
import type { Overload } from './plugins/graphql/use-overload.ts'
import type { HttpPlugin } from './plugins/http-plugin.ts'
import type { AddressRules } from './request/address-rules.ts'
import type { RequestCookies, ResponseCookies } from './request/cookies.ts'
import type { TrustedDocuments } from './request/trusted-documents.ts'

/** The HTTP edge as a function of requests, and as a listener for node:http. */
export interface HttpApp {
  /** Responds to a request without a socket; `peerAddress` replaces the socket's. Never rejects. */
  fetch(request: Request, transport?: { peerAddress?: string | null }): Promise<Response>
  requestListener(incoming: IncomingMessage, outgoing: ServerResponse): void
  /**
   * The bytes to send for a request that Node's parser refuses, by the code of its error. The connection is closed
   * afterwards.
   */
  unparsedResponse(code: string | undefined): string
  /** The address to whose share of connections a peer counts; null for proxies and addresses that are exempt. */
  shareOf(peerAddress: string | null): string | null
  /** From now on `/health/ready` is 503 and each response closes its connection. */
  startDraining(reason?: DrainReason): void
}

/** Dependencies of the endpoints that other services call, besides GraphQL. */
export interface TokenServices
  extends Pick<TokenIntrospectionDeps, 'verifyToken' | 'tokens'>,
    Pick<TokenRevocationDeps, 'revokePresentedToken'>,
    Pick<RevocationFeedDeps, 'feed'> {
  readonly authenticate: Authenticate
  readonly chargeCall: ChargeCall
  readonly denials: Pick<Denials, 'note'>
}

/** Input of the GraphQL context of one operation. */
export interface ContextInput {
  readonly request: Request
  readonly origin: Origin
  readonly arrival: Arrival
  readonly cookies: RequestCookies
  readonly responseCookies: ResponseCookies
  readonly limitReport: LimitReport
  /** Receives the tenant of the viewer, for the log. Not called without one. */
  noteTenant(tenantId: string): void
}

export interface HttpAppDeps {
  readonly config: Pick<
    Config,
    | 'environment'
    | 'server'
    | 'cookies'
    | 'graphiql'
    | 'introspection'
    | 'app'
    | 'pages'
    | 'emailVerification'
    | 'webauthn'
    | 'factors'
  >
  readonly logger: Logger
  readonly clock: Clock
  readonly ids: Ids
  readonly schema: GraphQLSchema
  /** Called once per operation, after parsing and validation. The properties of the result become the context. */
  createContext(input: ContextInput): Promise<object>
  readonly rateLimits: Pick<RateLimits, 'chargeRequest'>
  /** Null: no operation hashes passwords. */
  readonly overload: Overload | null
  /** Null: no gateway signs requests. */
  readonly trustedEdge: Pick<TrustedEdge, 'verify'> | null
  /** Null: clients send documents and cannot name them by hash. */
  readonly documents: Pick<TrustedDocuments, 'find' | 'isTrusted'> | null
  readonly addressRules: Pick<AddressRules, 'refusalOf' | 'isExempt'>
  /** Null: no address is ever blocked. */
  readonly floodGuard: Pick<FloodGuard, 'blockedSeconds' | 'noteRefusals'> | null
  readonly metrics: Metrics
  /** Whether the execution of operations is counted and timed. Default: it is not. */
  readonly measuresOperations?: boolean
  /** Null or absent: nothing is traced. */
  readonly tracer?: Tracer | null
  readonly health: Pick<HealthChecks, 'run' | 'hasStarted'>
  jwks(): Promise<{ readonly body: string; readonly etag: string }>
  /** Null: `/metrics` does not exist. */
  readonly shownMetrics: ShownMetrics | null
  /** Null: the development mailbox does not exist. */
  readonly mailbox: ShownMailbox | null
  /** Recognises errors of dependencies that are unavailable; their `retryAfterSeconds` is sent to the client. */
  isUnavailable(error: unknown): boolean
  /** Names of the mutations that check credentials: an operation can contain at most one of them. */
  readonly credentialFields: ReadonlySet<string>
  /** Names of the queries that require POST. */
  readonly postOnlyFields: ReadonlySet<string>
  /** Null: the endpoints for other services do not exist. */
  readonly tokenServices: TokenServices | null
  /** Maximum duration of an operation in milliseconds, after which it is UNAVAILABLE. Default: 8 s. */
  readonly executionLimitMs?: number
  /** Additional plugins, between the validation of an operation and its response. */
  readonly plugins?: readonly HttpPlugin[]
}
