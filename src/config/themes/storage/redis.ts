import type { EnvReader } from '../../env-reader.ts'
import { integer } from '../../rules/number-rules.ts'
import type { Variables } from '../../variable.ts'
import type { DatabaseConfig, databaseVariables } from './database.ts'
import { parseRedisUrl, type RedisAddress, redisUrlStart } from './redis-url.ts'

export const redisVariables = {
  REDIS_URL: {
    unset: 'memory',
    secret: true,
    description:
      'Redis: `redis://user:password@host:6379/0`, `redis+sentinel://host:26379,host:26379/master`, `redis+cluster://host:6379,host:6379`, or with TLS `rediss://…`, `rediss+sentinel://…`, `rediss+cluster://…`. See docs/redis.md.',
  },
  REDIS_TIMEOUT_MS: {
    default: '100',
    unit: 'ms',
    description:
      'Time limit of a command to Redis, 10 to 10000. Without a reply in time, this process counts attempts and calls itself until Redis responds again. Requests wait up to this limit.',
  },
  REPLICAS: {
    default: '1',
    description:
      'Number of machines or containers that share the database, each with `WORKERS` processes, 1 to 1000. More than 1 requires `DATABASE_URL` and `REDIS_URL`.',
  },
} as const satisfies Variables

export interface RedisConfig {
  readonly address: RedisAddress
  /** Time limit of a command. */
  readonly timeoutMs: number
}

/** `null`: counters and channels are kept in the memory of the process. */
export function readRedis(reader: EnvReader<typeof redisVariables>): RedisConfig | null {
  const url = reader.read('REDIS_URL', redisUrlStart, null)
  const timeoutMs = reader.readOrDefault('REDIS_TIMEOUT_MS', integer(10, 10_000))
  if (url === null) return null
  const address = parseRedisUrl(url)
  if (typeof address !== 'string') return { address, timeoutMs }
  reader.check(['REDIS_URL'], false, address)
  return null
}

export function readReplicas(
  reader: EnvReader<typeof redisVariables & typeof databaseVariables>,
  database: DatabaseConfig,
  redis: RedisConfig | null,
): number {
  const replicas = reader.readOrDefault('REPLICAS', integer(1, 1000))
  const required = 'is required if REPLICAS is more than 1.'
  reader.check(['DATABASE_URL', 'REPLICAS'], replicas === 1 || database.url !== null, required)
  reader.check(['REDIS_URL', 'REPLICAS'], replicas === 1 || redis !== null, required)
  return replicas
}
