import type { Redis } from 'ioredis'
import { errorText } from '../../lib/text/error-text.ts'
import { lastErrorOf, settled } from './redis-client.ts'

/** What this service does with Redis: it runs scripts that write, and sends messages. */
const script = "return redis.call('SET', KEYS[1], '1', 'PX', 1000)"
const key = 'gatehouse:{health}'
const channel = 'gatehouse:health'
const maxConnectMs = 500

/**
 * Rejects with the true cause if Redis does not do what this service requires: not only if it is away, but also if it is a
 * replica (READONLY), a node of a cluster (MOVED), or refuses scripts or messages to this user (NOPERM).
 */
export async function checkRedis(redis: Redis): Promise<void> {
  try {
    await Promise.all([redis.eval(script, 1, key), redis.publish(channel, '')])
  } catch (error) {
    // While there is no connection, a command fails only because it cannot be sent.
    throw redis.status === 'ready' ? error : (lastErrorOf(redis) ?? error)
  }
}

/** @throws an Error for operators if Redis does not do what this service requires */
export async function assertRedis(redis: Redis): Promise<void> {
  try {
    await settled(redis, maxConnectMs)
    await checkRedis(redis)
  } catch (cause) {
    throw new Error(`Redis at REDIS_URL cannot be used: ${errorText(cause)}`, { cause })
  }
}
