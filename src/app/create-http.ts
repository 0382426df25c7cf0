import type { Config } from '../config/config.ts'
import { Denials } from '../domain/access/denials.ts'
import type { SessionStreams } from '../domain/sessions/session-streams.ts'
import { RevocationFeed } from '../domain/tokens/revocation-feed.ts'
import type { Flows } from '../flows/create-flows.ts'
import type { Services } from '../flows/services.ts'
import { HashingCalls } from '../graphql/edge/hashing-calls.ts'
import { createSchema, credentialFieldsOf, postOnlyFieldsOf } from '../graphql/schema.ts'
import { addShield } from '../graphql/shield.ts'
import { createContextFactory } from '../http/graphql-context.ts'
import type { HttpApp } from '../http/http-app.ts'
import type { ShownMailbox } from '../http/plugins/endpoints/use-mailbox.ts'
import type { ShownMetrics } from '../http/plugins/endpoints/use-metrics.ts'
import { TrustedDocuments } from '../http/request/trusted-documents.ts'
import { createHttpApp } from '../http/server.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { HealthChecks } from '../lib/observation/health-checks.ts'
import { countTokenChecks } from './count-token-checks.ts'
import type { Protection } from './create-protection.ts'

export interface HttpParts {
  readonly services: Services
  readonly flows: Flows
  readonly protection: Protection
  readonly sessionStreams: SessionStreams
  readonly health: HealthChecks
  readonly limits: AppLimits
}

export interface AppLimits {
  /** Maximum duration of an operation, in milliseconds. Tests raise it, because a busy machine must not fail them. */
  readonly executionLimitMs?: number
  /** Pause between polls of revocations, in milliseconds. Tests shorten it, because they wait for polls. */
  readonly revocationPollMs?: number
}

/** The schema depends on nothing that varies: it is built once, and all apps of a process share it. */
let api: ReturnType<typeof createApi> | null = null

function createApi() {
  const schema = createSchema()
  return {
    schema: addShield(schema),
    credentialFields: credentialFieldsOf(schema),
    postOnlyFields: postOnlyFieldsOf(schema),
    hashingCalls: new HashingCalls(schema),
  }
}

/** Builds the HTTP edge: the GraphQL API and the other endpoints. */
export function createHttp(config: Config, infrastructure: Infrastructure, parts: HttpParts): HttpApp {
  const { clock, ids, logger, metrics, isUnavailable } = infrastructure
  const { services, flows, protection, sessionStreams } = parts
  const { hasher, deviceTokens } = services
  const { authenticate, chargeCall, verifyToken, revokePresentedToken } = flows
  const { tokens, gateway } = config
  const denials = new Denials({ logger, metrics, clock })
  const feed = new RevocationFeed({ store: services.revocationStore, clock })
  api ??= createApi()
  return createHttpApp({
    ...protection,
    ...parts.limits,
    ...api,
    config,
    logger,
    clock,
    ids,
    metrics,
    measuresOperations: infrastructure.metricsReport !== null,
    tracer: infrastructure.tracer,
    health: parts.health,
    isUnavailable,
    overload: { hasher, deviceTokens, hashingCalls: api.hashingCalls, rateLimits: protection.rateLimits },
    documents: gateway.documents === null ? null : new TrustedDocuments(gateway.documents),
    jwks: () => services.keys.publish(),
    shownMetrics: shownMetrics(config, infrastructure),
    mailbox: shownMailbox(config, infrastructure),
    tokenServices: {
      authenticate,
      chargeCall,
      denials,
      verifyToken: countTokenChecks(verifyToken, 'rest', metrics),
      revokePresentedToken,
      tokens,
      feed,
    },
    createContext: createContextFactory({
      authenticate,
      csrfTokens: services.csrfTokens,
      clock,
      services: {
        setting: { development: config.environment === 'development', serviceSdl: gateway.serviceSdl },
        flows: { ...flows, verifyToken: countTokenChecks(verifyToken, 'graphql', metrics) },
        sessionStreams,
        hasher,
        denials,
        deviceTokens,
        metrics,
      },
    }),
  })
}

/** Null: `/metrics` does not exist. */
function shownMetrics({ metrics }: Config, { metricsReport: report }: Infrastructure): ShownMetrics | null {
  const token = metrics?.token ?? null
  return token === null || report === null ? null : { token, report }
}

/** Null: the page of the development mailbox does not exist. */
function shownMailbox(config: Config, { mailbox }: Infrastructure): ShownMailbox | null {
  if (mailbox === null || config.mail?.transport !== 'mailbox' || config.environment === 'production')
    return null
  const { audience } = config.mail
  return audience === null ? null : { mails: mailbox, audience }
}
