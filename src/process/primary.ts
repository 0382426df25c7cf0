import cluster from 'node:cluster'
import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'
import type { Config } from '../config/config.ts'
import type { Environment } from '../config/variable.ts'
import type { MetricsListening } from '../http/listen-metrics.ts'
import { openGroupMetrics } from '../infrastructure/open-group-metrics.ts'
import type { Logger } from '../lib/observation/logger.ts'
import { stopOnSignals } from './exits.ts'
import { GroupReports } from './group-reports.ts'
import { WorkerGroup } from './worker-group.ts'
import { workerHeapMiB } from './worker-heap.ts'

/** Beyond the periods of the configuration: closing of connections, last writes. */
const stopMarginMs = 15_000
/** Beyond the wait for dependencies: loading and opening. */
const startMarginMs = 60_000

export interface PrimaryDeps {
  readonly config: Config
  readonly env: Environment
  /** Variables that ENV_FILE has set. Each worker reads the file again. */
  readonly fromFile: readonly string[]
  readonly logger: Logger
}

/**
 * Starts the workers, and passes connections to them in turn. SIGTERM and SIGINT stop them, SIGUSR2 replaces them one by one.
 * Serves METRICS_PORT for all of them.
 */
export async function runPrimary({ config, env, fromFile, logger }: PrimaryDeps): Promise<void> {
  const { workers, server } = config
  const reports = new GroupReports(await openGroupMetrics())
  const stopMs = (server.drainNoticeSeconds + server.drainSeconds) * 1000
  const group = new WorkerGroup({
    workers,
    logger,
    reports,
    fork: createFork(config, env, fromFile),
    maxStopMs: stopMs + stopMarginMs,
    maxStartMs: server.startWaitSeconds * 1000 + startMarginMs,
    onFailure: (code) => process.exit(code),
  })
  stopOnSignals(logger, async (signal) => {
    logger.notice({ signal, workers }, 'All workers are stopping')
    if (!(await group.stop())) throw new Error('A worker did not stop cleanly.')
  })
  process.on('SIGUSR2', () => void group.restart())
  await group.start()
  const metrics = await listenToMetrics(config, reports)
  logger.notice({ workers, metricsPort: metrics?.address.port ?? null }, 'The first worker is ready')
}

function createFork({ workers }: Config, env: Environment, fromFile: readonly string[]) {
  const cleared = Object.fromEntries(fromFile.map((name) => [name, undefined]))
  const heapMiB = workerHeapMiB({
    workers,
    limitBytes: getHeapStatistics().heap_size_limit,
    memoryBytes: process.constrainedMemory() || totalmem(),
  })
  const execArgv = [...process.execArgv, `--max-old-space-size=${heapMiB}`]
  cluster.setupPrimary({ execArgv })
  // glibc reads it when a process starts. More arenas keep more freed memory: 20 MiB in an idle worker.
  const arenas = env.MALLOC_ARENA_MAX ?? '2'
  return (worker: number) =>
    cluster.fork({
      ...cleared,
      WORKERS: String(workers),
      GATEHOUSE_WORKER: String(worker),
      MALLOC_ARENA_MAX: arenas,
    })
}

/** `null`: the metrics have no port of their own. */
async function listenToMetrics(
  { metrics, server: { hosts } }: Config,
  report: GroupReports,
): Promise<MetricsListening | null> {
  const [host] = hosts
  if (metrics === null || metrics.port === null || host === undefined) return null
  const { listenMetrics } = await import('../http/listen-metrics.ts')
  return listenMetrics({ host, port: metrics.port, token: metrics.token, report })
}
