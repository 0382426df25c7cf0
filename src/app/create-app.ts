import type { Config } from '../config/config.ts'
import { Denials } from '../domain/access/denials.ts'
import { AuditBatch } from '../domain/audit/audit-batch.ts'
import { SessionStreams } from '../domain/sessions/session-streams.ts'
import { RevocationFeed } from '../domain/tokens/revocation-feed.ts'
import { createFlows } from '../flows/create-flows.ts'
import { createSchema, credentialFieldsOf, postOnlyFieldsOf } from '../graphql/schema.ts'
import { addShield } from '../graphql/shield.ts'
import type { GrpcApp } from '../grpc/grpc-server.ts'
import { createContextFactory } from '../http/graphql-context.ts'
import type { HttpApp } from '../http/http-app.ts'
import type { ShownMailbox } from '../http/plugins/endpoints/use-mailbox.ts'
import type { ShownMetrics } from '../http/plugins/endpoints/use-metrics.ts'
import { ClientAddresses, normaliseAddress } from '../http/request/client-address.ts'
import { TrustedDocuments } from '../http/request/trusted-documents.ts'
import { createHttpApp } from '../http/server.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { AlertMessenger } from '../jobs/alert-messenger.ts'
import { Courier } from '../jobs/courier.ts'
import { createDeliverMail } from '../jobs/deliver-mail.ts'
import type { Scheduler } from '../jobs/scheduler.ts'
import { isReady, shareChecks } from '../lib/readiness.ts'
import { createAlertMessenger, createJobs, createScheduler, type Jobs } from './create-jobs.ts'
import { createProtection } from './create-protection.ts'
import { createServices } from './create-services.ts'

/** The service without its sockets. */
export interface App extends HttpApp {
  /** Delivers mails; started and stopped on its own, since not every process that has an app is to send any. */
  readonly courier: Courier
  /** Writes and tells alerts; started and stopped on its own, like the courier. */
  readonly alertMessenger: AlertMessenger
  readonly jobs: Jobs
  /** Runs the jobs on time; started and stopped on its own, like the courier. */
  readonly scheduler: Scheduler
  /** What other services verify tokens with over gRPC. */
  readonly grpc: GrpcApp
  /** Loads the signing keys and the revocations; until then no token is issued or accepted. */
  start(): Promise<void>
  /** Once nothing is asked any more: writes what has not been written. */
  stop(): Promise<void>
}

/** Builds services, flows and edges from the configuration and what is open; does no I/O of its own. */
export function createApp(config: Config, infrastructure: Infrastructure): App {
  const { clock, ids, logger, stores } = infrastructure
  const courier = createCourier(config, infrastructure)
  const auditBatch = createAuditBatch(config, infrastructure)
  const protection = createProtection(config, infrastructure, auditBatch)
  const services = createServices(config, infrastructure, { courier, auditSink: auditBatch, protection })
  const { keys, revocations, csrfTokens, deviceTokens, apiKeyUses } = services
  const { rateLimits, addressRules } = protection
  const flows = createFlows(services)
  const { authenticate, verifyToken, revokePresentedToken } = flows
  const sessionStreams = new SessionStreams({
    sessions: stores.sessions,
    revocations,
    channel: infrastructure.sessionChannel,
    clock,
    logger,
    gauges: infrastructure.gauges,
    isExempt: (address) => addressRules.isExempt(address),
  })
  const denials = new Denials(infrastructure)
  const jobs = createJobs(config, infrastructure, services, flows)
  const schema = createSchema()
  const http = createHttpApp({
    config,
    logger,
    clock,
    ids,
    schema: addShield(schema),
    credentialFields: credentialFieldsOf(schema),
    postOnlyFields: postOnlyFieldsOf(schema),
    tokenServices: {
      authenticate,
      denials,
      verifyToken,
      revokePresentedToken,
      tokens: config.tokens,
      feed: new RevocationFeed({ store: stores.revocations, clock }),
    },
    ...protection,
    documents: config.gateway.documents === null ? null : new TrustedDocuments(config.gateway.documents),
    metrics: infrastructure.metrics,
    readiness: infrastructure.readiness,
    jwks: () => keys.publish(),
    shownMetrics: shownMetrics(config, infrastructure),
    mailbox: shownMailbox(config, infrastructure),
    isUnavailable: infrastructure.isUnavailable,
    createContext: createContextFactory({
      authenticate,
      csrfTokens,
      clock,
      services: {
        setting: {
          development: config.environment === 'development',
          serviceSdl: config.gateway.serviceSdl,
        },
        flows,
        sessionStreams,
        rateLimits,
        denials,
        deviceTokens,
      },
    }),
  })
  return {
    ...http,
    grpc: createGrpcApp(config, infrastructure, { authenticate, verifyToken, ...protection }),
    startDraining() {
      http.startDraining()
      sessionStreams.close()
    },
    courier,
    alertMessenger: createAlertMessenger(config, infrastructure, courier),
    jobs,
    scheduler: createScheduler(jobs, infrastructure),
    async start() {
      await keys.start()
      await revocations.start()
      await sessionStreams.start()
    },
    async stop() {
      keys.stop()
      revocations.stop()
      sessionStreams.close()
      await auditBatch.stop()
      apiKeyUses.stop()
    },
  }
}

function createAuditBatch({ audit }: Config, infrastructure: Infrastructure): AuditBatch {
  const { stores, logger, metrics, isUnavailable } = infrastructure
  const { flushMs } = audit
  return new AuditBatch({ auditStore: stores.audit, logger, metrics, isUnavailable, flushMs })
}

function createGrpcApp(
  config: Config,
  { isUnavailable, ids, logger, readiness }: Infrastructure,
  parts: Pick<GrpcApp, 'authenticate' | 'verifyToken' | 'rateLimits' | 'addressRules' | 'floodGuard'>,
): GrpcApp {
  const addresses = new ClientAddresses(config.server)
  const runChecks = shareChecks(readiness)
  return {
    ...parts,
    resolveAddress: (peer, forwardedFor) => addresses.resolve(normaliseAddress(peer), forwardedFor),
    isReady: async () => isReady(await runChecks()),
    isUnavailable,
    ids,
    logger,
  }
}

function createCourier(config: Config, infrastructure: Infrastructure): Courier {
  const { clock, logger, stores, sealer, mailTransport } = infrastructure
  const from = config.mail?.from
  const deliver = createDeliverMail({
    store: stores.mail,
    oneTimeTokens: stores.oneTimeTokens,
    sealer,
    dispatch: mailTransport === null || from === undefined ? null : { transport: mailTransport, from },
    look: { app: config.app, links: config.links },
    clock,
    logger,
  })
  return new Courier({ store: stores.mail, deliver, clock, logger, drainSeconds: config.server.drainSeconds })
}

function shownMetrics(
  { metricsToken: token }: Config,
  { metricsReport: report }: Infrastructure,
): ShownMetrics | null {
  return token === null || report === null ? null : { token, report }
}

function shownMailbox(config: Config, { mailbox }: Infrastructure): ShownMailbox | null {
  if (mailbox === null || config.mail?.transport !== 'mailbox' || config.environment === 'production')
    return null
  return { mails: mailbox, shownTo: config.mail.shownTo }
}
