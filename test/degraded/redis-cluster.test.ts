import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RedisAttemptStore } from '../../src/adapters/redis/redis-attempt-store.ts'
import { checkRedisRights } from '../../src/adapters/redis/redis-check.ts'
import { openRedis } from '../../src/adapters/redis/redis-client.ts'
import { RedisRateLimiter } from '../../src/adapters/redis/redis-rate-limiter.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { systemClock } from '../../src/lib/time/clock.ts'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { guess } from '../support/guesses.ts'
import { actorAt, freshAddress } from '../support/limits.ts'
import { hasRedisServer, OwnRedis } from '../support/own-redis.ts'
import { OwnRedisCluster } from '../support/own-redis-cluster.ts'
import { askLogin, signIn, signUp, tryLogout, tryMe } from '../support/people.ts'
import { redisSettings } from '../support/redis-settings.ts'
import { redisStartError } from '../support/redis-start-error.ts'
import { documentedRights, setUser } from '../support/redis-users.ts'
import { createTestApp } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'

const timeoutMs = 5000

let cluster: OwnRedisCluster
beforeAll(async () => {
  cluster = await OwnRedisCluster.start()
})
afterAll(() => cluster.close())

const startError = (url: string) => redisStartError(url, timeoutMs)

describe.runIf(hasRedisServer())('a cluster of three nodes', () => {
  it('carries limits, lock-outs and messages', async () => {
    const database = await openTestDatabase()
    const env = {
      REDIS_URL: cluster.url,
      REDIS_TIMEOUT_MS: String(timeoutMs),
      RATE_LIMITS: 'on',
      TRUSTED_PROXIES: '192.0.2.7',
    }
    const here = await createTestApp({ database, env })
    const there = await createTestApp({ database, env })
    try {
      const people = await Promise.all(Array.from({ length: 4 }, () => signUp(actorAt(here, freshAddress()))))
      for (const { email, accessToken } of people) {
        await signIn(actorAt(there, freshAddress()), email)
        await tryLogout(actorAt(here), accessToken)
        await eventually(async () =>
          expect(reasonOf(await tryMe(actorAt(there), accessToken))).toBe('TOKEN_REVOKED'),
        )
        await guess(actorAt(here, freshAddress()), email, 5)
        expect(await askLogin(actorAt(there, freshAddress()), email)).toMatchObject({
          code: 'ACCOUNT_LOCKED',
        })
      }
      const sizes = await Promise.all(
        cluster.nodes.map(async ({ operator }) => (await operator.keys('gatehouse:*')).length),
      )
      expect(Math.min(...sizes)).toBeGreaterThan(0)
      expect([...here.log, ...there.log].filter((line) => line.includes('in this process'))).toEqual([])
      const ready = await there.app.fetch(new Request(new URL('/health/ready', here.config.server.publicUrl)))
      expect(await ready.json()).toMatchObject({ status: 'ok', checks: { redis: 'up' } })
    } finally {
      await Promise.all([here.close(), there.close()])
      await database.close()
    }
  })

  it('counts the budgets of one turn exactly, whatever their nodes', async () => {
    const redis = openRedis(redisSettings(cluster.url, timeoutMs), 'test', silentLogger, {
      limitedByCaller: true,
    })
    const limiter = new RedisRateLimiter({ redis, clock: systemClock, timeoutMs })
    const budget = { max: 3, windowSeconds: 60 }
    const keys = Array.from({ length: 40 }, () => randomUUID())
    const calls = keys.flatMap((key) =>
      Array.from({ length: 5 }, () => limiter.consume({ name: 'query', budget, key })),
    )
    const verdicts = await Promise.all(calls)
    redis.disconnect()
    expect(verdicts.filter(({ admitted }) => admitted)).toHaveLength(3 * keys.length)
  })

  it('counts attempts of one turn, with automatic pipelines', async () => {
    const redis = openRedis(redisSettings(cluster.url, timeoutMs), 'test', silentLogger, {
      autoPipelining: true,
    })
    const store = new RedisAttemptStore(redis, timeoutMs)
    const rules = { failures: 5, windowSeconds: 60, lockSeconds: 60 }
    const attempts = Array.from({ length: 40 }, () => ({ key: randomUUID(), attempt: randomUUID() }))
    const reservations = await Promise.all(attempts.map((attempt) => store.reserve(attempt, rules)))
    redis.disconnect()
    expect(reservations).toEqual(attempts.map(() => ({ kind: 'ADMITTED', failures: 0 })))
  })

  it('is checked as a whole', async () => {
    expect(await startError(cluster.url)).toBeNull()
  })

  it('is named as such if the URL is that of one server', async () => {
    const [first] = cluster.nodes
    expect(await startError(first?.redis.url ?? '')).toBe(
      'Error: Redis at REDIS_URL cannot be used: MOVED: REDIS_URL names one node of a cluster; use redis+cluster:// or rediss+cluster://',
    )
  })

  it('is not one server whose URL names a cluster', async () => {
    const redis = await OwnRedis.start()
    expect(await startError(redis.url.replace('redis:', 'redis+cluster:'))).toBe(
      'Error: Redis at REDIS_URL cannot be used: REDIS_URL names a server that is not in a cluster; use redis:// or rediss://',
    )
    await redis.stop()
  })

  it('names the rights that a user lacks on one of its nodes', async () => {
    const { server, cluster: more } = await documentedRights()
    const settings = redisSettings(cluster.url.replace('//', '//gatehouse:secret@'), timeoutMs)
    for (const { operator } of cluster.nodes) await setUser(operator, [...server, ...more])
    expect(await checkRedisRights(settings, silentLogger)).toEqual([])
    await cluster.nodes[1]?.operator.call('ACL', 'SETUSER', 'gatehouse', '-hgetall', '-asking')
    expect(await checkRedisRights(settings, silentLogger)).toEqual(['+asking', '+hgetall'])
  })

  it('is down if one of its parts is', async () => {
    await cluster.nodes[2]?.redis.stop()
    await eventually(async () => expect(await startError(cluster.url)).toContain('CLUSTERDOWN'))
  })
})
