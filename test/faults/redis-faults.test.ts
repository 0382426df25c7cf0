import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openRedis, type RedisConnection } from '../../src/adapters/redis/redis-client.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { actorAt } from '../support/limits.ts'
import { hasRedisServer, OwnRedis } from '../support/own-redis.ts'
import { signIn, signUp, tryLogout, tryMe } from '../support/people.ts'
import { redisSettings } from '../support/redis-settings.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { createTestApp } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'
import { reportFault } from './support/fault-report.ts'
import { LoadedServices } from './support/loaded-services.ts'

const flappingMs = 60_000
const flapMs = 300

let redis: OwnRedis
let proxy: TcpProxy
let operator: RedisConnection
beforeEach(async () => {
  redis = await OwnRedis.start()
  proxy = await TcpProxy.open(redis.url)
  operator = openRedis(redisSettings(redis.url, 5000), 'test-operator', silentLogger)
  await eventually(() => expect(operator.status).toBe('ready'))
})
afterEach(async () => {
  operator.disconnect()
  await proxy.close()
  await redis.stop()
})

async function endure(name: string, fault: () => Promise<void>): Promise<void> {
  const loaded = await LoadedServices.open(proxy.url)
  try {
    const { calls, failed, slowestMs, recoveryMs } = await loaded.endure(fault)
    expect(failed).toEqual([])
    reportFault(name, {
      calls,
      failed: failed.length,
      'changes to memory': loaded.degradations,
      'slowest call, ms': slowestMs,
      'until Redis counted again, ms': recoveryMs,
    })
  } finally {
    await loaded.close()
  }
}

describe.runIf(hasRedisServer())(
  'under load, no call fails, and no budget, lock or right password is forgotten',
  () => {
    it('while Redis comes and goes for a minute', () =>
      endure('Redis flapping for 60 s', async () => {
        const endsAtMs = performance.now() + flappingMs
        while (performance.now() < endsAtMs) {
          proxy.cut()
          await sleep(flapMs)
          proxy.restore()
          await sleep(flapMs)
        }
      }))

    it('while Redis has no memory for another key', () =>
      endure('Redis out of memory (noeviction)', async () => {
        await operator.config('SET', 'maxmemory-policy', 'noeviction')
        await operator.config('SET', 'maxmemory', '1mb')
        await sleep(5000)
        await operator.config('SET', 'maxmemory', '0')
      }))
  },
)

describe.runIf(hasRedisServer())('a Redis that has lost its data', () => {
  it('leaves revoked tokens refused in all processes', async () => {
    const database = await openTestDatabase()
    const env = { REDIS_URL: redis.url }
    const here = await createTestApp({ database, env })
    const there = await createTestApp({ database, env, clock: here.clock })
    try {
      const ada = await signUp(actorAt(here))
      const again = await signIn(actorAt(there), ada.email)
      await tryLogout(ada.actor, ada.accessToken)
      await redis.stop()
      await redis.start()
      const late = await createTestApp({ database, env, clock: here.clock })
      for (const test of [here, there, late])
        await eventually(async () =>
          expect(reasonOf(await tryMe(actorAt(test), ada.accessToken))).toBe('TOKEN_REVOKED'),
        )
      expect(reasonOf(await tryMe(actorAt(late), again.accessToken))).toBe('ok')
      await late.close()
    } finally {
      await Promise.all([here.close(), there.close()])
      await database.close()
    }
  })
})
