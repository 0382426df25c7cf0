import { Redis } from 'ioredis'
import type { RedisConfig } from '../../config/themes/storage/redis.ts'
import type { Logger } from '../../lib/observation/logger.ts'

export interface RedisOptions {
  /**
   * Sends the commands of one turn of the event loop in one message, for callers with many small commands. The caller
   * must limit the time of a command, because it waits for the commands before it.
   */
  readonly autoPipelining?: boolean
  /** The caller limits the time of its commands by `inTime`, which does not count time in which this process was busy. */
  readonly limitedByCaller?: boolean
}

/**
 * Opens a connection that fails fast and reconnects by itself: no command is queued while Redis is unavailable, and none
 * takes longer than `timeoutMs`. Errors are logged once per outage, not once per attempt.
 */
export function openRedis(
  { url, timeoutMs }: RedisConfig,
  name: string,
  logger: Logger,
  { autoPipelining = false, limitedByCaller = autoPipelining }: RedisOptions = {},
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
    retryStrategy: (attempt) => Math.min(attempt * 50, 500),
  })
  let unavailable = false
  redis.on('error', (error: Error) => {
    if (!unavailable) logger.warn({ error: error.message, connection: name }, 'Redis is unavailable')
    unavailable = true
  })
  redis.on('ready', () => {
    if (unavailable) logger.info({ connection: name }, 'Redis is available again')
    unavailable = false
  })
  return redis
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

/** Rejects within about `timeoutMs` if Redis does not respond. */
export async function pingRedis(redis: Redis): Promise<void> {
  await redis.ping()
}
