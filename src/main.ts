import type { App } from './app/create-app.ts'
import type { Config } from './config/config.ts'
import { ConfigError } from './config/config-error.ts'
import { configWarnings } from './config/config-warnings.ts'
import { readConfig } from './config/read-config.ts'
import { UnusableKeyError } from './domain/keys/key-opening.ts'
import { openInfrastructure, openLogger } from './infrastructure/open-infrastructure.ts'
import { Closer } from './lib/closer.ts'
import type { Logger } from './lib/logger.ts'

/** EX_CONFIG of sysexits.h: a start that can only succeed after somebody has mended something. */
const unusableKeyExit = 78

/** env → config → infrastructure → app → listen → graceful stop. */
async function main(): Promise<void> {
  const config = readConfigOrExit()
  const logger = openLogger(config)
  if (config.environment === 'production')
    for (const { variable, message } of configWarnings(config))
      logger.warn({ variable }, `${variable} ${message}`)
  const closer = new Closer()
  process.on('unhandledRejection', (error) => die(logger, 'unhandled rejection', error))
  process.on('uncaughtException', (error) => die(logger, 'uncaught exception', error))
  try {
    await serve(config, logger, closer)
  } catch (error) {
    logger.error(
      { error: error instanceof Error ? error.message : String(error) },
      'Gatehouse could not start',
    )
    await closer.close().catch(() => undefined)
    process.exit(error instanceof UnusableKeyError ? unusableKeyExit : 1)
  }
}

async function serve(config: Config, logger: Logger, closer: Closer): Promise<void> {
  // The rest is loaded while the database opens: half a second of a start.
  const [infrastructure, { createApp }, { listen }, grpc] = await Promise.all([
    openInfrastructure(config, logger, closer),
    import('./app/create-app.ts'),
    import('./http/http-server.ts'),
    config.grpc === null ? null : import('./grpc/grpc-server.ts'),
  ])
  const app = createApp(config, infrastructure)
  await app.start()
  closer.add('app', () => app.stop())
  app.courier.start()
  closer.add('courier', () => app.courier.stop())
  app.alertMessenger.start()
  closer.add('alerts', () => app.alertMessenger.stop())
  app.scheduler.start()
  closer.add('jobs', () => app.scheduler.stop())
  const { hosts, port, drainSeconds, publicUrl } = config.server
  const listening = await listen({ app, hosts, port, logger, drainSeconds })
  closer.add('http', () => listening.close())
  const grpcPort = await listenToGrpc(config, grpc?.listenGrpc ?? null, app.grpc, closer)
  stopOnSignals(logger, closer)
  const graphql = new URL('/graphql', publicUrl).href
  const listens = listening.addresses.map(({ address, port: taken }) => `${address} port ${taken}`)
  const mailbox = infrastructure.mailbox === null ? null : new URL('/dev/mailbox', publicUrl).href
  logger.info(
    {
      api: graphql,
      grpcPort,
      graphiql: config.graphiql ? graphql : null,
      mailbox,
      listens,
      dataDir: config.dataDir,
    },
    'Gatehouse is ready',
  )
  infrastructure.passwordScorer.start?.()
}

/** Answers the port; null where gRPC is off. */
async function listenToGrpc(
  { grpc, server: { hosts, drainSeconds } }: Config,
  listenGrpc: typeof import('./grpc/grpc-server.ts').listenGrpc | null,
  app: App['grpc'],
  closer: Closer,
): Promise<number | null> {
  if (grpc === null || listenGrpc === null) return null
  const listening = await listenGrpc({ ...grpc, app, hosts, drainSeconds, logger: app.logger })
  closer.add('grpc', () => listening.close())
  return listening.port
}

function stopOnSignals(logger: Logger, closer: Closer): void {
  const stop = async (signal: NodeJS.Signals) => {
    logger.info({ signal }, 'stopping')
    try {
      await closer.close()
      process.exit(0)
    } catch (error) {
      die(logger, 'stopping failed', error)
    }
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

function readConfigOrExit(): Config {
  try {
    return readConfig(process.env, { isTerminal: process.stdout.isTTY })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    return process.exit(1)
  }
}

function die(logger: Logger, what: string, error: unknown): never {
  logger.error({ error }, what)
  return process.exit(1)
}

await main()
