import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { hasRedisServer } from '../support/own-redis.ts'
import { type ClusterNode, OwnRedisCluster, roleOf } from '../support/own-redis-cluster.ts'
import { OwnSentinels } from '../support/own-sentinels.ts'
import { redisStartError } from '../support/redis-start-error.ts'
import { documentedRights } from '../support/redis-users.ts'
import { reportFault } from './support/fault-report.ts'
import { LoadedServices } from './support/loaded-services.ts'

let loaded: LoadedServices | null = null
afterEach(async () => {
  await loaded?.close()
  loaded = null
})

async function endure(name: string, url: string, fault: () => Promise<void>): Promise<void> {
  loaded = await LoadedServices.open(url)
  const { calls, failed, slowestMs, recoveryMs } = await loaded.endure(fault)
  expect(failed).toEqual([])
  reportFault(name, {
    calls,
    failed: failed.length,
    'changes to memory': loaded.degradations,
    'slowest call, ms': slowestMs,
    'until Redis counted again, ms': recoveryMs,
  })
}

describe.runIf(hasRedisServer())('Sentinel with three servers', () => {
  let sentinels: OwnSentinels
  beforeAll(async () => {
    sentinels = await OwnSentinels.start()
  })
  afterAll(() => sentinels.close())

  it.each([
    ['is killed', async () => (await sentinels.master()).stop()],
    ['is frozen', async () => (await sentinels.master()).pause()],
    ['gives way as planned', () => sentinels.failOver()],
  ])('fails over under load when the master %s', async (how, fault) => {
    const before = await sentinels.master()
    try {
      await endure(`Sentinel: the master ${how}`, sentinels.url, async () => {
        await fault()
        await eventually(async () => expect(await sentinels.master()).not.toBe(before))
      })
    } finally {
      before.resume()
      await before.start()
    }
    await sentinels.complete()
  })
})

describe.runIf(hasRedisServer())('Sentinels', () => {
  let sentinels: OwnSentinels
  beforeAll(async () => {
    sentinels = await OwnSentinels.start()
  })
  afterAll(() => sentinels.close())

  const startError = (url: string) => redisStartError(url, 5000)

  it('can have users, with the documented rights', async () => {
    const { watcher } = await documentedRights()
    await sentinels.setUser('watcher', watcher)
    const url = `${sentinels.url}?sentinelUsername=watcher&sentinelPassword=`
    expect(await startError(`${url}secret`)).toBeNull()
    expect(await sentinels.refusals()).toEqual([])
    expect(await startError(`${url}wrong`)).toContain('WRONGPASS')
  })

  it('that do not know the master are the reason', async () => {
    expect(await startError(sentinels.url.replace('mymaster', 'other'))).toBe(
      'Error: Redis at REDIS_URL cannot be used: REDIS_URL names a master that its Sentinels do not know',
    )
  })

  it('that are away are the reason', async () => {
    expect(await startError('redis+sentinel://127.0.0.1:1/mymaster')).toContain(
      'failed to connect to sentinel 127.0.0.1:1',
    )
  })
})

describe.runIf(hasRedisServer())('a cluster of three masters with a replica each', () => {
  let cluster: OwnRedisCluster
  beforeAll(async () => {
    cluster = await OwnRedisCluster.start({ replicas: true })
  })
  afterAll(() => cluster.close())

  it.each([
    ['is killed', (master: ClusterNode) => master.redis.stop()],
    ['is frozen', async (master: ClusterNode) => master.redis.pause()],
    [
      'gives way as planned',
      async (_: ClusterNode, replica: ClusterNode) =>
        void (await replica.operator.call('CLUSTER', 'FAILOVER')),
    ],
    [
      'is overruled',
      async (_: ClusterNode, replica: ClusterNode) =>
        void (await replica.operator.call('CLUSTER', 'FAILOVER', 'TAKEOVER')),
    ],
  ])('fails over under load when a master %s', async (how, fault) => {
    const [master, replica] = await cluster.pair()
    try {
      await endure(`Cluster: a master ${how}`, cluster.url, async () => {
        await fault(master, replica)
        await eventually(async () => expect(await roleOf(replica)).toBe('master'))
      })
    } finally {
      master.redis.resume()
      await master.redis.start()
    }
    await cluster.complete()
  })
})
