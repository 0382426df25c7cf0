import type { Config } from '../../config/config.ts'
import type { Alerts } from '../../domain/alerts/alert.ts'
import type { AttemptStore } from '../../domain/attempts/attempt-store.ts'
import type { RateLimiter } from '../../domain/rate-limits/rate-limiter.ts'
import type { Closer } from '../../lib/concurrency/closer.ts'
import type { Logger } from '../../lib/observation/logger.ts'
import type { Metrics } from '../../lib/observation/metrics.ts'
import type { Timings } from '../../lib/observation/timings.ts'
import { type Clock, systemClock } from '../../lib/time/clock.ts'
import { MemoryAttemptStore } from '../memory/memory-attempt-store.ts'
import { MemoryRateLimiter } from '../memory/memory-rate-limiter.ts'
import { RedisAttemptStore } from '../redis/redis-attempt-store.ts'
import { openRedis } from '../redis/redis-client.ts'
import { RedisRateLimiter } from '../redis/redis-rate-limiter.ts'
import { FailoverAttemptStore } from './failover-attempt-store.ts'
import { FailoverRateLimiter } from './failover-rate-limiter.ts'

/** The dependencies of counters, besides the configuration. */
export interface CounterParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly alerts: Alerts
  readonly closer: Closer
  /** Null: commands are not measured. */
  readonly timings: Timings | null
}

/** Creates the rate limiter: in memory, or in Redis with fallback to memory. */
export function openRateLimiter(
  config: Config,
  { alerts, closer, clock, logger, metrics, timings }: CounterParts,
): RateLimiter {
  const { limits } = config.protection
  // If limits are off, the limiter is not used, so its capacity is small.
  const own = new MemoryRateLimiter({ clock, maxCounters: limits?.maxCounters ?? 100 })
  if (config.redis === null || limits === null) return own
  const redis = openRedis(config.redis, 'limits', logger, { limitedByCaller: true, timings })
  closer.add('redis limits', async () => redis.disconnect())
  const { timeoutMs } = config.redis
  const shared = new RedisRateLimiter({ redis, clock: systemClock, timeoutMs })
  return new FailoverRateLimiter({
    shared,
    own,
    replicas: config.replicas,
    clock: systemClock,
    logger,
    metrics,
    onDegraded: () => alerts.raise('LIMITER_DEGRADED', { counted: 'limits' }),
  })
}

/** Creates the store of failed attempts: in memory, or in Redis with fallback to memory. */
export function openAttempts(
  config: Config,
  { clock, logger, metrics, closer, timings }: CounterParts,
): AttemptStore {
  const maxEntries = config.protection.limits?.maxCounters ?? 100_000
  const own = new MemoryAttemptStore({ clock, maxEntries })
  if (config.redis === null) return own
  const redis = openRedis(config.redis, 'attempts', logger, { autoPipelining: true, timings })
  closer.add('redis attempts', async () => redis.disconnect())
  return new FailoverAttemptStore({
    shared: new RedisAttemptStore(redis, config.redis.timeoutMs),
    own,
    replicas: config.replicas,
    maxLocks: maxEntries,
    clock,
    breakerClock: systemClock,
    logger,
    metrics,
  })
}
