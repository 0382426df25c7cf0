import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, inject, it } from 'vitest'
import { MemoryEdgeNonces } from '../../src/adapters/memory/memory-edge-nonces.ts'
import { openRedis, settled } from '../../src/adapters/redis/redis-client.ts'
import { RedisEdgeNonces } from '../../src/adapters/redis/redis-edge-nonces.ts'
import type { EdgeNonces } from '../../src/domain/origin/edge-nonces.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { systemClock } from '../../src/lib/time/clock.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { redisSettings } from '../support/redis-settings.ts'

/** Tests of outages have a limit of their own; on a busy machine Redis has time to respond. */
const timeoutMs = 10_000

const redisUrl = inject('redisUrl')

/** Two processes that share what they remember. */
type Pair = readonly [EdgeNonces, EdgeNonces]

async function inRedis(): Promise<{ pair: Pair; close: () => void }> {
  const connect = async () => {
    const redis = openRedis(redisSettings(redisUrl ?? '', timeoutMs), 'test', silentLogger, {
      autoPipelining: true,
    })
    await settled(redis, 2000)
    return redis
  }
  const [one, two] = await Promise.all([connect(), connect()])
  const close = () => {
    one.disconnect()
    two.disconnect()
  }
  return { pair: [new RedisEdgeNonces(one, timeoutMs), new RedisEdgeNonces(two, timeoutMs)], close }
}

async function inMemory(): Promise<{ pair: Pair; close: () => void }> {
  const nonces = new MemoryEdgeNonces({ clock: systemClock })
  return { pair: [nonces, nonces], close: () => undefined }
}

describe.each([
  ['memory', inMemory, true],
  ['Redis', inRedis, redisUrl !== null && inject('backend') === 'servers'],
])('nonces in %s', (_where, open, there) => {
  it.skipIf(!there)('are new once, wherever they come, until they are forgotten', async () => {
    const { pair, close } = await open()
    const [one, two] = pair
    const [nonce, brief] = [randomUUID(), randomUUID()]
    expect(await Promise.all([one.insert(nonce, 60), two.insert(nonce, 60)])).toEqual([true, false])
    expect(await one.insert(brief, 0.05)).toBe(true)
    expect(await two.insert(nonce, 60)).toBe(false)
    await sleep(80)
    expect(await one.insert(nonce, 60)).toBe(false)
    close()
  })
})

describe('nonces in memory', () => {
  it('are bounded in number; no valid nonce is dropped for another', async () => {
    const clock = new ManualClock()
    const nonces = new MemoryEdgeNonces({ clock, maxNonces: 2 })
    expect([await nonces.insert('a', 60), await nonces.insert('b', 60)]).toEqual([true, true])
    await expect(nonces.insert('c', 60)).rejects.toThrow('room')
    expect(await nonces.insert('a', 60)).toBe(false)
    clock.advance(61)
    expect([await nonces.insert('c', 60), await nonces.insert('a', 60)]).toEqual([true, true])
  })
})
