import { Redis } from 'ioredis'
import type { RedisConfig } from '../../config/themes/storage/redis.ts'
import type { Logger } from '../../lib/observation/logger.ts'
import type { Timings } from '../../lib/observation/timings.ts'
import { measureCommands } from './measured-redis.ts'

export interface RedisOptions {
  /**
   * Sends the commands of one turn of the event loop in one message, for callers with many small commands. The caller
   * must limit the time of a command, because it waits for the commands before it.
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
  { url, timeoutMs }: RedisConfig,
  name: string,
  logger: Logger,
  { autoPipelining = false, limitedByCaller = autoPipelining, timings = null }: RedisOptions = {},
): Redis {
  const redis = new Redis(url.reveal(), {
    connectionName: `gatehouse-${name}`,
    connectTimeout: 500,
    commandTimeout: limitedByCaller ? 5 * timeoutMs : timeoutMs,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    autoResubscribe: false,
    // A command without a reply may have been executed: its caller decides whether to repeat it.
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: autoPipelining,
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    retryStrategy: (attempt) => Math.min(attempt * 50, 500),
  })
  if (timings !== null) measureCommands(redis, timings)
  redis.on('error', (error: Error) => {
    if (!lastErrors.has(redis))
      logger.debug({ error: error.message, connection: name }, 'a connection to Redis failed')
    lastErrors.set(redis, error)
  })
  redis.on('ready', () => {
    if (lastErrors.delete(redis)) logger.debug({ connection: name }, 'a connection to Redis is open again')
  })
  return redis
}

const lastErrors = new WeakMap<Redis, Error>()

/** Why the connection is not open; null if it is, or if it has not failed yet. */
export function lastErrorOf(redis: Redis): Error | null {
  return lastErrors.get(redis) ?? null
}

/** Resolves when the connection is ready, at the latest after `withinMs`. */
export async function settled(redis: Redis, withinMs: number): Promise<void> {
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
