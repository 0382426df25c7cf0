import { existsSync } from 'node:fs'
import type { App } from './app/create-app.ts'
import type { Config } from './config/config.ts'
import { ConfigError } from './config/config-error.ts'
import { startWarnings } from './config/config-warnings.ts'
import { loadEnvFile } from './config/load-env-file.ts'
import { readConfig } from './config/read-config.ts'
import { commandLine, firstStartText, welcomeText } from './config/welcome-text.ts'
import { UnusableKeyError } from './domain/keys/key-opening.ts'
import type { GrpcListening } from './grpc/grpc-server.ts'
import type { MetricsListening } from './http/listen-metrics.ts'
import type { Infrastructure } from './infrastructure/infrastructure.ts'
import { embeddedFolder, openInfrastructure, openLogger } from './infrastructure/open-infrastructure.ts'
import { startErrorText } from './infrastructure/start-error.ts'
import { Closer } from './lib/concurrency/closer.ts'
import type { Logger } from './lib/observation/logger.ts'

/** EX_CONFIG of sysexits.h: restarting does not help, an operator must fix the configuration or the stored keys. */
const unusableKeyExit = 78

/** Reads the configuration, opens the infrastructure, creates the app, listens, and stops gracefully on a signal. */
async function main(): Promise<void> {
  const config = readConfigOrExit()
  const logger = openLogger(config)
  for (const { variable, message } of startWarnings(config))
    logger.warn({ variable }, `${variable} ${message}`)
  const closer = new Closer()
  process.on('unhandledRejection', (error) => die(logger, 'Unhandled rejection', error))
  process.on('uncaughtException', (error) => die(logger, 'Uncaught exception', error))
  try {
    await serve(config, logger, closer)
  } catch (error) {
    logger.error({ error: startErrorText(error) }, 'Gatehouse could not start')
    await closer.close().catch(() => undefined)
    process.exit(error instanceof UnusableKeyError ? unusableKeyExit : 1)
  }
}

async function serve(config: Config, logger: Logger, closer: Closer): Promise<void> {
  const folder = embeddedFolder(config)
  if (config.environment === 'development' && folder !== null && !existsSync(folder))
    process.stderr.write(firstStartText(folder))
  // The modules load while the database opens, which saves half a second.
  const [infrastructure, { createApp }, { listen }, { pageAt }, grpc] = await Promise.all([
    openInfrastructure(config, logger, closer),
    import('./app/create-app.ts'),
    import('./http/listen.ts'),
    import('./http/html/page-shell.ts'),
    config.grpc === null ? null : import('./grpc/grpc-server.ts'),
  ])
  const app = createApp(config, infrastructure)
  await startApp(app, closer)
  infrastructure.passwordScorer.start?.()
  const { hosts, port, drainNoticeSeconds, drainSeconds } = config.server
  const listening = await listen({ app, hosts, port, logger, drainNoticeSeconds, drainSeconds })
  closer.add('http', () => listening.close())
  const grpcListening = await listenToGrpc(config, grpc?.listenGrpc ?? null, app.grpc)
  // Both stop at the same time: load balancers must see that the process is not ready on either port.
  closer.add('grpc', async () => {
    await Promise.all([listening.close(), grpcListening?.close()])
  })
  const metricsListening = await listenToMetrics(config, infrastructure)
  closer.add('metrics', async () => metricsListening?.close())
  stopOnSignals(logger, closer)
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
  if (config.environment === 'development') {
    const page = config.pages !== null && pageAt('/sign-in') !== null ? '/sign-in' : null
    process.stderr.write(welcomeText(config, commandLine(process.env, process.argv[1] ?? ''), page))
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
  listenGrpc: typeof import('./grpc/grpc-server.ts').listenGrpc | null,
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
  const { listenMetrics } = await import('./http/listen-metrics.ts')
  return listenMetrics({ host, port: metrics.port, token: metrics.token, report })
}

/** npm and npx forward a Ctrl-C that the terminal has sent to this process already. */
const repeatedSignalMs = 1000

/** The first signal stops the service; another one, unless it only repeats the first, ends the process as if unhandled. */
function stopOnSignals(logger: Logger, closer: Closer): void {
  const signals = ['SIGTERM', 'SIGINT'] as const
  const stop = async (signal: NodeJS.Signals) => {
    for (const name of signals) process.off(name, stop).on(name, ignore)
    setTimeout(() => signals.map((name) => process.off(name, ignore)), repeatedSignalMs).unref()
    logger.notice({ signal }, 'Gatehouse is stopping')
    try {
      await closer.close()
      process.exit(0)
    } catch (error) {
      die(logger, 'Gatehouse could not stop cleanly', error)
    }
  }
  for (const name of signals) process.on(name, stop)
}

function ignore(): void {}

function readConfigOrExit(): Config {
  try {
    loadEnvFile(process.env)
    return readConfig(process.env, { isTerminal: process.stdout.isTTY })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    return process.exit(1)
  }
}

function die(logger: Logger, message: string, error: unknown): never {
  logger.error({ error }, message)
  return process.exit(1)
}

await main()
