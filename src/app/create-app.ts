import type { Config } from '../config/config.ts'
import { AuditBatch } from '../domain/audit/audit-batch.ts'
import { SessionStreams } from '../domain/sessions/session-streams.ts'
import { createFlows } from '../flows/create-flows.ts'
import type { Services } from '../flows/services.ts'
import type { GrpcApp } from '../grpc/grpc-server.ts'
import type { HttpApp } from '../http/http-app.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { AlertMessenger } from '../jobs/alert-messenger.ts'
import type { Couriers } from '../jobs/couriers.ts'
import type { Scheduler } from '../jobs/scheduler.ts'
import { HealthChecks } from '../lib/observation/health-checks.ts'
import { createAlertMessenger, createCouriers } from './create-delivery.ts'
import { createGrpc } from './create-grpc.ts'
import { type AppLimits, createHttp } from './create-http.ts'
import { createJobs, createScheduler, type Jobs } from './create-jobs.ts'
import { createProtection } from './create-protection.ts'
import { createServices } from './create-services.ts'
import { traceFunctions } from './trace-functions.ts'
import { watchFigures } from './watch-figures.ts'

/**
 * The service without its sockets. Courier, alert messenger and scheduler are started and stopped separately, because
 * not every process that has an app delivers mail or runs jobs.
 */
export interface App extends HttpApp {
  readonly health: HealthChecks
  readonly courier: Couriers
  readonly alertMessenger: AlertMessenger
  readonly jobs: Jobs
  readonly scheduler: Scheduler
  readonly grpc: GrpcApp
  /** Loads the signing keys and the revocations. No token is issued or accepted before. */
  start(): Promise<void>
  /** Call it when no more requests arrive: writes what is still in memory. */
  stop(): Promise<void>
}

/**
 * Builds services, use cases and edges from the configuration and the open infrastructure. Does no I/O of its own.
 */
export function createApp(config: Config, infrastructure: Infrastructure, limits: AppLimits = {}): App {
  const courier = createCouriers(config, infrastructure)
  const auditBatch = createAuditBatch(config, infrastructure)
  const protection = createProtection(config, infrastructure, auditBatch)
  const services = createServices(config, infrastructure, {
    courier,
    auditSink: auditBatch,
    protection,
    limits,
  })
  const { keys, revocations, apiKeyUses, sessionUses, background } = services
  const flows = traceFunctions(infrastructure.tracer, 'flow', createFlows(services))
  const sessionStreams = new SessionStreams({
    sessions: services.sessions,
    revocations,
    channel: services.sessionChannel,
    clock: services.clock,
    logger: services.logger,
    gauges: infrastructure.gauges,
    isExempt: (address) => protection.addressRules.isExempt(address),
  })
  const health = createHealth(infrastructure, services)
  const http = createHttp(config, infrastructure, {
    services,
    flows,
    protection,
    sessionStreams,
    health,
    limits,
  })
  watchFigures(infrastructure, services)
  const jobs = traceFunctions(
    infrastructure.tracer,
    'job',
    createJobs(config, infrastructure, services, flows),
  )
  return {
    ...http,
    startDraining(reason) {
      http.startDraining(reason)
      sessionStreams.close()
    },
    grpc: createGrpc(config, infrastructure, flows, protection, health),
    health,
    courier,
    alertMessenger: createAlertMessenger(config, infrastructure, courier),
    jobs,
    scheduler: createScheduler(jobs, infrastructure),
    async start() {
      await keys.start()
      await infrastructure.userChanges.start()
      await revocations.start()
      await sessionStreams.start()
    },
    async stop() {
      keys.stop()
      revocations.stop()
      sessionStreams.close()
      await background.idle()
      await auditBatch.stop()
      apiKeyUses.stop()
      await sessionUses.stop()
    },
  }
}

/** A process whose list of revocations is too old asks the database with every request, which no traffic should be sent to. */
function createHealth(
  { healthChecks, dependencies }: Infrastructure,
  { revocations }: Services,
): HealthChecks {
  const known = {
    name: 'revocations',
    required: true,
    async check() {
      if (!revocations.isFresh) throw new Error('The list of revocations is too old.')
    },
  }
  return new HealthChecks({ checks: [...healthChecks, known], dependencies })
}

function createAuditBatch(
  { audit: { flushMs } }: Config,
  { stores, logger, metrics, isUnavailable }: Infrastructure,
): AuditBatch {
  return new AuditBatch({ auditStore: stores.audit, logger, metrics, isUnavailable, flushMs })
}
