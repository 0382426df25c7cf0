import cluster from 'node:cluster'
import type { Config } from './config/config.ts'
import { ConfigError } from './config/config-error.ts'
import { startWarnings } from './config/config-warnings.ts'
import { loadEnvFile } from './config/load-env-file.ts'
import { readConfig } from './config/read-config.ts'
import { openLogger } from './infrastructure/open-logger.ts'
import { die } from './process/exits.ts'

/** Reads the configuration and serves: alone, or as the primary process or a worker of a group (WORKERS). */
async function main(): Promise<void> {
  const given = { ...process.env }
  const config = readConfigOrExit()
  const isWorker = config.workers > 1 && cluster.isWorker
  const worker = isWorker ? Number(given.GATEHOUSE_WORKER ?? '1') : null
  const logger = worker === null ? openLogger(config) : openLogger(config).child({ worker })
  process.on('unhandledRejection', (error) => die(logger, 'Unhandled rejection', error))
  process.on('uncaughtException', (error) => die(logger, 'Uncaught exception', error))
  // Its default ends a process. The primary process has its own handler.
  if (config.workers === 1)
    process.on('SIGUSR2', () => logger.notice({}, 'SIGUSR2 is ignored: it replaces workers'))
  else if (isWorker) process.on('SIGUSR2', () => undefined)
  if (!isWorker)
    for (const { variable, message } of startWarnings(config))
      logger.warn({ variable }, `${variable} ${message}`)
  if (config.workers > 1 && !isWorker) {
    const { runPrimary } = await import('./process/primary.ts')
    const fromFile = Object.keys(process.env).filter((name) => given[name] === undefined)
    return runPrimary({ config, env: process.env, fromFile, logger })
  }
  const { serve } = await import('./process/serve.ts')
  const link = worker === null ? null : await openLink(config)
  await serve({ config, env: process.env, logger, link })
}

async function openLink({ workers }: Config) {
  const { openGroupLink } = await import('./process/open-group-link.ts')
  return openGroupLink(workers)
}

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

await main()
