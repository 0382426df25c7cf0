import type { RedisConfig } from '../../src/config/themes/storage/redis.ts'
import { parseRedisUrl } from '../../src/config/themes/storage/redis-url.ts'

/** The configuration of a URL of Redis. The time limit is the default. */
export function redisSettings(url: string, timeoutMs = 100): RedisConfig {
  const address = parseRedisUrl(url)
  if (typeof address === 'string') throw new Error(`The URL of Redis ${address}`)
  return { address, timeoutMs }
}
