import { existsSync } from 'node:fs'
import type { App } from '../app/create-app.ts'
import type { Config } from '../config/config.ts'
import type { Environment } from '../config/variable.ts'
import { commandLine, firstStartText, welcomeText } from '../config/welcome-text.ts'
import { UnusableKeyError } from '../domain/keys/key-opening.ts'
import type { GrpcListening } from '../grpc/grpc-server.ts'
import type { MetricsListening } from '../http/listen-metrics.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { embeddedFolder, openInfrastructure } from '../infrastructure/open-infrastructure.ts'
import { startErrorText } from '../infrastructure/start-error.ts'
import { Closer } from '../lib/concurrency/closer.ts'
import type { DrainReason } from '../lib/concurrency/drain-reason.ts'
import type { Logger } from '../lib/observation/logger.ts'
import { exitAfter, stopOnSignals } from './exits.ts'
import type { GroupLink } from './group-link.ts'
import { limitHeapGrowth } from './heap-growth.ts'
import { releaseStartMemory } from './release-start-memory.ts'
import { untilReady } from './until-ready.ts'

/** EX_CONFIG of sysexits.h: restarting does not help, an operator must fix the configuration or the stored keys. */
const unusableKeyExit = 78

export interface ServeDeps {
  readonly config: Config
  readonly env: Environment
  readonly logger: Logger
  /** Null: this process serves alone. */
  readonly link: GroupLink | null
}

/** Opens the infrastructure, creates the app, listens, and stops gracefully on a signal. Exits if it cannot start. */
export async function serve(deps: ServeDeps): Promise<void> {
  limitHeapGrowth()
  const closer = new Closer()
  try {
    await open(deps, closer)
  } catch (error) {
    deps.logger.error({ error: startErrorText(error) }, 'Gatehouse could not start')
    await closer.close().catch(() => undefined)
    process.exit(error instanceof UnusableKeyError ? unusableKeyExit : 1)
  }
}

async function open({ config, env, logger, link }: ServeDeps, closer: Closer): Promise<void> {
  const folder = embeddedFolder(config)
  if (config.environment === 'development' && folder !== null && !existsSync(folder))
    process.stderr.write(firstStartText(folder))
  // The modules load while the database opens, which saves half a second.
  const [opened, { createApp }, { listen }, { pageAt }, grpc] = await Promise.all([
    openInfrastructure(config, logger, closer),
    import('../app/create-app.ts'),
    import('../http/listen.ts'),
    import('../http/html/page-shell.ts'),
    config.grpc === null ? null : import('../grpc/grpc-server.ts'),
  ])
  const infrastructure = link?.join(opened) ?? opened
  const app = createApp(config, infrastructure)
  await startApp(app, closer)
  infrastructure.passwordScorer.start?.()
  // The primary process passes connections to every worker that listens. First the collection, which blocks this process: replies of
  // dependencies to the checks would be read too late.
  if (link !== null) {
    await releaseStartMemory()
    await untilReady(app.health)
  }
  const { hosts, port, drainNoticeSeconds, drainSeconds } = config.server
  const listening = await listen({ app, hosts, port, logger, drainNoticeSeconds, drainSeconds })
  closer.add('http', () => listening.close())
  const grpcListening = await listenToGrpc(config, grpc?.listenGrpc ?? null, app.grpc)
  // Both stop at the same time: load balancers must see that the process is not ready on either port.
  const closePorts = async (reason?: DrainReason) => {
    await Promise.all([listening.close(reason), grpcListening?.close(reason)])
  }
  closer.add('grpc', () => closePorts())
  // The primary process serves the metrics of all its workers.
  const metricsListening = link === null ? await listenToMetrics(config, infrastructure) : null
  closer.add('metrics', async () => metricsListening?.close())
  const stop = async (fields: { readonly signal?: string; readonly reason?: DrainReason }) => {
    logger.notice(fields, 'Gatehouse is stopping')
    await closePorts(fields.reason)
    await closer.close()
    await link?.sendLastMetrics()
  }
  stopOnSignals(logger, (signal) => stop({ signal }))
  link?.whenReplaced(() => exitAfter(logger, () => stop({ reason: 'replaced' })))
  const api = new URL('/graphql', config.server.publicUrl).href
  const mailbox = new URL('/dev/mailbox', config.server.publicUrl).href
  logger.notice(
    {
      api,
      grpcPort: grpcListening?.port ?? null,
      metricsPort: metricsListening?.address.port ?? null,
      graphiql: config.graphiql ? api : null,
      mailbox: config.mail?.transport === 'mailbox' && config.mail.audience !== null ? mailbox : null,
      listens: listening.addresses.map(({ address, port: bound }) => `${address} port ${bound}`),
      passwordHash: infrastructure.hasher.description,
      dataDir: config.dataDir,
    },
    'Gatehouse is ready',
  )
  link?.reportReady()
  // The thread that scores passwords loads meanwhile; the process is not ready before.
  if (link === null) await releaseStartMemory()
  // Each worker would print it.
  if (config.environment === 'development' && link === null) {
    const page = config.pages !== null && pageAt('/sign-in') !== null ? '/sign-in' : null
    process.stderr.write(welcomeText(config, commandLine(env, process.argv[1] ?? ''), page))
  }
}

/** Starts the app and its background work. On close they stop in reverse order. */
async function startApp(app: App, closer: Closer): Promise<void> {
  await app.start()
  closer.add('app', () => app.stop())
  app.health.start()
  closer.add('health', async () => app.health.stop())
  app.courier.start()
  closer.add('courier', () => app.courier.stop())
  app.alertMessenger.start()
  closer.add('alerts', () => app.alertMessenger.stop())
  app.scheduler.start()
  closer.add('jobs', () => app.scheduler.stop())
}

/** `null`: gRPC is off. */
async function listenToGrpc(
  { grpc, server: { hosts, drainNoticeSeconds, drainSeconds } }: Config,
  listenGrpc: typeof import('../grpc/grpc-server.ts').listenGrpc | null,
  app: App['grpc'],
): Promise<GrpcListening | null> {
  if (grpc === null || listenGrpc === null) return null
  return listenGrpc({ ...grpc, app, hosts, drainNoticeSeconds, drainSeconds, logger: app.logger })
}

/** `null`: the metrics have no port of their own. */
async function listenToMetrics(
  { metrics, server: { hosts } }: Config,
  { metricsReport: report }: Infrastructure,
): Promise<MetricsListening | null> {
  const [host] = hosts
  if (metrics === null || metrics.port === null || report === null || host === undefined) return null
  const { listenMetrics } = await import('../http/listen-metrics.ts')
  return listenMetrics({ host, port: metrics.port, token: metrics.token, report })
}
