import { Redis } from 'ioredis'
import type { Logger } from '../../lib/logger.ts'
import type { Secret } from '../../lib/secret.ts'

export interface RedisOptions {
  /**
   * Gathers the commands of one turn of the event loop into one message, for what sends many small ones. Their caller
   * limits how long they take: one waits for those before it.
   */
  readonly gathers?: boolean
}

/**
 * A connection that fails fast and comes back by itself: no command waits in a queue while Redis is away, none takes
 * longer than 100 ms. Errors are logged once per outage, not once per attempt.
 */
export function openRedis(
  url: Secret,
  name: string,
  logger: Logger,
  { gathers = false }: RedisOptions = {},
): Redis {
  const redis = new Redis(url.reveal(), {
    connectionName: `gatehouse-${name}`,
    connectTimeout: 500,
    commandTimeout: gathers ? 500 : 100,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    autoResubscribe: false,
    // What lost its answer may have been done: whoever sent it decides whether it is to be done again.
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: gathers,
    retryStrategy: (attempt) => Math.min(attempt * 50, 500),
  })
  let away = false
  redis.on('error', (error: Error) => {
    if (!away) logger.warn({ error: error.message, connection: name }, 'Redis is away')
    away = true
  })
  redis.on('ready', () => {
    if (away) logger.info({ connection: name }, 'Redis is back')
    away = false
  })
  return redis
}

/** Resolves once the connection is usable, or after that long when it is not. */
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

/** Rejects within about 100 ms when Redis does not answer. */
export async function pingRedis(redis: Redis): Promise<void> {
  await redis.ping()
}
