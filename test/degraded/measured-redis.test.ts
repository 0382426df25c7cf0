import { afterAll, expect, inject, it } from 'vitest'
import { RedisAttemptStore } from '../../src/adapters/redis/redis-attempt-store.ts'
import { openRedis } from '../../src/adapters/redis/redis-client.ts'
import { createMetricTimings } from '../../src/adapters/telemetry/metric-timings.ts'
import { PrometheusMetrics } from '../../src/adapters/telemetry/prometheus-metrics.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { parseFigures } from '../support/figures.ts'
import { redisSettings } from '../support/redis-settings.ts'

const metrics = new PrometheusMetrics()
const timeoutMs = 10_000
const redis = openRedis(redisSettings(inject('redisUrl') ?? '', timeoutMs), 'measured', silentLogger, {
  autoPipelining: true,
  timings: createMetricTimings(metrics),
})
afterAll(() => redis.disconnect())

it('scripts of Redis are timed by name, other commands by their own', async () => {
  const attempts = new RedisAttemptStore(redis, timeoutMs)
  const key = `measured:${crypto.randomUUID()}`
  await attempts.countDistinct(key, 'one')
  await attempts.countDistinct(key, 'two')
  expect(await attempts.peekDistinct(key)).toBe(2)
  await expect(redis.lpush(`gatehouse:distinct:${key}`, 'no list')).rejects.toThrow('WRONGTYPE')
  const figures = parseFigures((await metrics.read()).body)
  const timed = (command: string) =>
    figures.get(`gatehouse_redis_command_seconds_count{command="${command}"}`)
  expect([timed('countDistinct'), timed('pfcount'), timed('lpush')]).toEqual([2, 1, 1])
})
