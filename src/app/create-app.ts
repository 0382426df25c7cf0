import type { Config } from '../config/config.ts'
import { Denials } from '../domain/access/denials.ts'
import { ApiKeyService } from '../domain/api-keys/api-key-service.ts'
import { AuditBatch } from '../domain/audit/audit-batch.ts'
import { createAuditRecorder } from '../domain/audit/audit-recorder.ts'
import { AuditService } from '../domain/audit/audit-service.ts'
import { KeyRing } from '../domain/keys/key-ring.ts'
import { CsrfTokens } from '../domain/sessions/csrf-token.ts'
import { DeviceTokens } from '../domain/sessions/device-token.ts'
import { SessionService } from '../domain/sessions/session-service.ts'
import { SessionStreams } from '../domain/sessions/session-streams.ts'
import { AccessTokenVerifier } from '../domain/tokens/access-token-verifier.ts'
import { RevocationFeed } from '../domain/tokens/revocation-feed.ts'
import { RevocationList } from '../domain/tokens/revocation-list.ts'
import { createRotateSigningKeys } from '../flows/tokens/rotate-signing-keys.ts'
import { createUserLoader } from '../graphql/edge/loaders.ts'
import { createSchema, credentialFieldsOf, postOnlyFieldsOf } from '../graphql/schema.ts'
import { addShield } from '../graphql/shield.ts'
import type { GrpcApp } from '../grpc/grpc-server.ts'
import { createContextFactory } from '../http/graphql-context.ts'
import type { ShownMailbox } from '../http/plugins/endpoints/use-mailbox.ts'
import type { ShownMetrics } from '../http/plugins/endpoints/use-metrics.ts'
import { ClientAddresses, normaliseAddress } from '../http/request/client-address.ts'
import { TrustedDocuments } from '../http/request/trusted-documents.ts'
import { createHttpApp, type HttpApp } from '../http/server.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { AlertMessenger } from '../jobs/alert-messenger.ts'
import { Courier } from '../jobs/courier.ts'
import { createDeliverMail } from '../jobs/deliver-mail.ts'
import type { Scheduler } from '../jobs/scheduler.ts'
import { deriveKey } from '../lib/digest.ts'
import { isReady, shareChecks } from '../lib/readiness.ts'
import type { Secret } from '../lib/secret.ts'
import { createAccountServices } from './create-account-services.ts'
import { createFlows } from './create-flows.ts'
import { createAlertMessenger, createJobs, createScheduler, type Jobs } from './create-jobs.ts'
import { createProtection } from './create-protection.ts'
import { createVerification } from './create-verification.ts'

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
  const keys = new KeyRing({
    store: infrastructure.signingKeys,
    sealer: infrastructure.sealer,
    clock,
    logger,
    algorithm: config.tokens.algorithm,
    rsaKeyBits: config.tokens.rsaKeyBits,
  })
  const revocations = new RevocationList({
    store: stores.revocations,
    channel: infrastructure.revocationChannel,
    clock,
    logger,
    stalenessSeconds: config.revocationStalenessSeconds,
  })
  const verifier = new AccessTokenVerifier({ keys, settings: config.tokens, clock })
  const verification = createVerification(infrastructure, { verifier, revocations })
  const csrfTokens = new CsrfTokens(derivedKeys(config, 'gatehouse csrf'))
  const courier = createCourier(config, infrastructure)
  const rotateSigningKeys = createRotateSigningKeys({
    signingKeys: infrastructure.signingKeys,
    sealer: infrastructure.sealer,
    keys,
    rules: { ...config.keys, algorithm: config.tokens.algorithm, rsaKeyBits: config.tokens.rsaKeyBits },
    audit: createAuditRecorder({ clock, ids }),
    clock,
    logger,
  })
  const shared = { ...createAccountServices(config, infrastructure), courier, rotateSigningKeys }
  const deviceTokens = new DeviceTokens(derivedKeys(config, 'gatehouse device tokens'))
  const auditBatch = createAuditBatch(config, infrastructure)
  const [key, previousKey = null] = derivedKeys(config, 'gatehouse limits')
  const protection = createProtection(config, infrastructure, { key, previousKey }, auditBatch)
  const { rateLimits, addressRules } = protection
  const sessionStreams = new SessionStreams({
    sessions: stores.sessions,
    revocations,
    channel: infrastructure.sessionChannel,
    clock,
    logger,
    gauges: infrastructure.gauges,
    isExempt: (address) => addressRules.isExempt(address),
  })
  const flows = createFlows(config, infrastructure, {
    ...shared,
    keys,
    revocations,
    verifier,
    csrfTokens,
    verification,
    deviceTokens,
    auditSink: auditBatch,
    ...protection,
  })
  const denials = new Denials(infrastructure)
  const jobs = createJobs(config, infrastructure, shared)
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
      authenticate: verification.authenticate,
      denials,
      verifyToken: verification.verifyToken,
      revokePresentedToken: flows.revokePresentedToken,
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
      setting: {
        development: config.environment === 'development',
        serviceSdl: config.gateway.serviceSdl,
      },
      authenticate: verification.authenticate,
      csrfTokens,
      clock,
      rateLimits,
      denials,
      deviceTokens,
      flows,
      keys,
      sessions: new SessionService({ sessions: stores.sessions, clock }),
      sessionStreams,
      revocations,
      apiKeys: new ApiKeyService({ apiKeys: stores.apiKeys }),
      audit: new AuditService({ auditStore: stores.audit, normaliseAddress }),
      createUserLoader: () => createUserLoader(stores.users),
    }),
  })
  return {
    ...http,
    grpc: createGrpcApp(config, infrastructure, { ...verification, ...protection }),
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
      verification.apiKeyUses.stop()
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

/** One key for each master key: the first signs, every one is accepted. */
function derivedKeys({ secrets }: Config, purpose: string): readonly [Uint8Array, ...Uint8Array[]] {
  const { masterKey, previousMasterKey } = secrets
  const derived = (key: Secret) => deriveKey(Buffer.from(key.reveal(), 'base64'), purpose)
  return previousMasterKey === null ? [derived(masterKey)] : [derived(masterKey), derived(previousMasterKey)]
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
