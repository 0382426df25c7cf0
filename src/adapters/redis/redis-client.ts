import { Cluster, Redis } from 'ioredis'
import type { RedisConfig } from '../../config/themes/storage/redis.ts'
import type { Logger } from '../../lib/observation/logger.ts'
import type { Timings } from '../../lib/observation/timings.ts'
import { measureCommands } from './measured-redis.ts'
import { clusterOptions, connectionOptions, placeOptions, retryPauseMs } from './redis-options.ts'

/** A connection to one server, or the connections to the masters of a cluster. */
export type RedisConnection = Redis | Cluster

export interface OpenRedisOptions {
  /**
   * Sends the commands of one turn of the event loop in one message, for callers with many small commands. A command waits
   * for those before it, so `limitedByCaller` is true by default. Pass false if `timeoutMs` of the connection is enough.
   */
  readonly autoPipelining?: boolean
  /** The caller limits the time of its commands by `inTime`, which does not count time in which this process was busy. */
  readonly limitedByCaller?: boolean
  /** Measures the commands. Null or absent: they are not measured. */
  readonly timings?: Timings | null
}

/**
 * Opens a connection that fails fast and reconnects by itself: no command is queued while Redis is unavailable, and none
 * takes longer than `timeoutMs`. After a failover behind one name, the connection can lead to a replica: it is then opened again.
 */
export function openRedis(
  settings: RedisConfig,
  name: string,
  logger: Logger,
  { autoPipelining = false, limitedByCaller = autoPipelining, timings = null }: OpenRedisOptions = {},
): RedisConnection {
  const { address, timeoutMs } = settings
  const options = connectionOptions(settings, name, limitedByCaller ? 5 * timeoutMs : timeoutMs)
  const pipelining = { enableAutoPipelining: autoPipelining }
  const redis =
    address.kind === 'cluster'
      ? new Cluster([...address.nodes], { ...clusterOptions(options, address), ...pipelining })
      : new Redis({ ...options, ...placeOptions(address), ...pipelining })
  if (redis instanceof Cluster) observeNodes(redis, name, logger)
  if (timings !== null) measureCommands(redis, timings)
  return observed(redis, name, logger)
}

function observeNodes(cluster: Cluster, name: string, logger: Logger): void {
  // Opened before the first command, which would otherwise wait for it.
  cluster.on('+node', (node: Redis) => {
    if (node.options.readOnly !== true) node.connect().catch(() => undefined)
  })
  cluster.on('node error', (error: Error) => noteError(cluster, error, name, logger))
}

/**
 * Opens a connection for subscriptions only. In a cluster it leads to one of the nodes of the URL, because all nodes pass
 * on the messages of a channel; if that node fails, to the next.
 */
export function openSubscriber(settings: RedisConfig, name: string, logger: Logger): Redis {
  const { address, timeoutMs } = settings
  const options = { ...connectionOptions(settings, name, timeoutMs), ...placeOptions(address) }
  const redis: Redis = new Redis({
    ...options,
    retryStrategy: (attempt) => {
      const next = address.nodes[attempt % address.nodes.length]
      if (address.kind === 'cluster') Object.assign(redis.options, next)
      return retryPauseMs(attempt)
    },
  })
  return observed(redis, name, logger)
}

function observed<T extends RedisConnection>(redis: T, name: string, logger: Logger): T {
  redis.on('error', (error: Error) => noteError(redis, error, name, logger))
  // What Sentinel does not know is no error of the connection to it.
  redis.on('sentinelError', (error: Error) => noteError(redis, error, name, logger))
  redis.on('ready', () => {
    if (lastErrors.delete(redis)) logger.debug({ connection: name }, 'a connection to Redis is open again')
  })
  return redis
}

function noteError(redis: RedisConnection, error: Error, name: string, logger: Logger): void {
  if (!lastErrors.has(redis))
    logger.debug({ error: error.message, connection: name }, 'a connection to Redis failed')
  // That no node or Sentinel helped is reported besides why, which is what operators need.
  const isSum = 'lastNodeError' in error || error.message.startsWith('All sentinels are unreachable')
  if (!isSum || !lastErrors.has(redis)) lastErrors.set(redis, error)
}

const lastErrors = new WeakMap<RedisConnection, Error>()

/** Why the connection is not open; null if it is, or if it has not failed yet. */
export function lastErrorOf(redis: RedisConnection): Error | null {
  return lastErrors.get(redis) ?? null
}

/** Resolves when the connection is ready, at the latest after `withinMs`. */
export async function settled(redis: RedisConnection, withinMs: number): Promise<void> {
  if (redis.status === 'ready') return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, withinMs)
    function done() {
      clearTimeout(timer)
      redis.off('ready', done)
      resolve()
    }
    redis.on('ready', done)
  })
}
