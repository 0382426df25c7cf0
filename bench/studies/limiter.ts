import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { MemoryRateLimiter } from '../../src/adapters/memory/memory-rate-limiter.ts'
import { openRedis, settled } from '../../src/adapters/redis/redis-client.ts'
import { RedisRateLimiter } from '../../src/adapters/redis/redis-rate-limiter.ts'
import { parseRedisUrl } from '../../src/config/themes/storage/redis-url.ts'
import type { Charge, RateLimiter } from '../../src/domain/rate-limits/rate-limiter.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { systemClock } from '../../src/lib/time/clock.ts'

/**
 * Measures the cost of rate limits in this process: CPU time of a call, with 128 concurrent calls, and memory of a counter.
 *   npm run bench -- limiter
 */
const atOnce = 128
const counters = 100_000
const keys = Array.from({ length: counters }, () => randomBytes(16).toString('base64url'))
const admitted = { max: 1_000_000, windowSeconds: 60 }
const blocked = { max: 1, windowSeconds: 60 }

console.log('| | target | measured |\n| --- | --- | --- |')
await measureMemory()
const limiter = new MemoryRateLimiter({ clock: systemClock, maxCounters: 3 * counters })
await measureCpu('memory', limiter, 1_000_000)
const url = process.env.TEST_REDIS_URL
if (url === undefined) console.log('| Redis | | TEST_REDIS_URL is not set |')
else await measureRedis(url)

async function measureMemory(): Promise<void> {
  const small = await bytesPerCounter(1)
  const full = await bytesPerCounter(17)
  console.log(`| memory of a counter, one call in it | ≤ 150 bytes | ${small.toFixed(1)} bytes |`)
  console.log(`| memory of a counter, 17 entries in it | ≤ 150 bytes | ${full.toFixed(1)} bytes |`)
}

/** Memory of a full limiter per counter: heap and memory outside of it. */
async function bytesPerCounter(calls: number): Promise<number> {
  let nowMs = 0
  const before = await usedBytes()
  const limiter = new MemoryRateLimiter({ clock: { monotonicMs: () => nowMs }, maxCounters: counters })
  for (let call = 0; call < calls; call += 1, nowMs += 3_750)
    for (const key of keys) await limiter.consume({ name: 'all', budget: admitted, key })
  const bytes = (await usedBytes()) - before
  if (limiter.size !== counters) throw new Error(`Expected ${counters} counters, found ${limiter.size}.`)
  return bytes / counters
}

async function usedBytes(): Promise<number> {
  globalThis.gc?.()
  // Memory outside the heap is released a little later.
  await sleep(100)
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function measureRedis(redisUrl: string): Promise<void> {
  const timeoutMs = 100
  const address = parseRedisUrl(redisUrl)
  if (typeof address === 'string') throw new Error(`The URL of Redis ${address}`)
  const redis = openRedis({ address, timeoutMs }, 'bench', silentLogger, {
    limitedByCaller: true,
  })
  await settled(redis, 1000)
  await measureCpu('Redis', new RedisRateLimiter({ redis, clock: systemClock, timeoutMs }), 100_000)
  redis.disconnect()
}

async function measureCpu(where: string, limiter: RateLimiter, calls: number): Promise<void> {
  const few = keys.slice(0, 1000)
  for (const key of few) await limiter.consume({ name: 'loginAddress', budget: blocked, key })
  const many = await cpuPerCall(limiter, calls, (n) => ({
    name: 'all',
    budget: admitted,
    key: pick(keys, n),
  }))
  console.log(`| ${where}: admitted | ≤ 15 µs | ${many.toFixed(2)} µs |`)
  const refused = await cpuPerCall(limiter, calls, (n) => ({
    name: 'loginAddress',
    budget: blocked,
    key: pick(few, n),
  }))
  console.log(`| ${where}: refused, known to be full | ≤ 3 µs | ${refused.toFixed(2)} µs |`)
}

/** CPU time of one call in microseconds, after a warm-up of a tenth of the calls. */
async function cpuPerCall(limiter: RateLimiter, calls: number, chargeOf: (n: number) => Charge) {
  await callMany(limiter, calls / 10, chargeOf)
  const before = process.cpuUsage()
  await callMany(limiter, calls, chargeOf)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / calls
}

async function callMany(limiter: RateLimiter, calls: number, chargeOf: (n: number) => Charge): Promise<void> {
  for (let done = 0; done < calls; done += atOnce)
    await Promise.all(Array.from({ length: atOnce }, (_, n) => limiter.consume(chargeOf(done + n))))
}

function pick(from: readonly string[], n: number): string {
  return from[n % from.length] ?? ''
}
