import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { MemoryUserChanges } from '../../src/adapters/memory/memory-user-changes.ts'
import { openRedis, openSubscriber } from '../../src/adapters/redis/redis-client.ts'
import { RedisUserChanges } from '../../src/adapters/redis/redis-user-changes.ts'
import type { UserChanges } from '../../src/domain/users/user-changes.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { eventually } from '../support/eventually.ts'
import { redisSettings } from '../support/redis-settings.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'

/** Tests of outages have a limit of their own; on a busy machine Redis has time to respond. */
const timeoutMs = 10_000

const opened: { disconnect(): void }[] = []
afterEach(() => {
  for (const redis of opened.splice(0)) redis.disconnect()
})

async function openChanges(url = inject('redisUrl') ?? '') {
  const settings = redisSettings(url, timeoutMs)
  const publisher = openRedis(settings, 'commands', silentLogger)
  const subscriber = openSubscriber(settings, 'subscriber', silentLogger)
  opened.push(publisher, subscriber)
  await eventually(() => expect([publisher.status, subscriber.status]).toEqual(['ready', 'ready']))
  const changes = new RedisUserChanges({ publisher, subscriber, logger: silentLogger })
  await changes.start()
  return { changes, publisher }
}

/** The users of a test that a listener has heard of; the medium is shared with other tests. */
function listen(changes: UserChanges): string[] {
  const heard: string[] = []
  changes.listen((userIds) => void heard.push(...userIds))
  return heard
}

const implementations: Record<string, () => Promise<UserChanges>> = {
  memory: async () => new MemoryUserChanges(),
  ...(inject('backend') === 'servers' ? { redis: async () => (await openChanges()).changes } : {}),
}

describe.each(Object.entries(implementations))('changes of users in %s', (_name, open) => {
  it('reach every listener of this process before `announce` returns', async () => {
    const changes = await open()
    const [first, second] = [listen(changes), listen(changes)]
    const userIds = [randomUUID(), randomUUID()]
    changes.announce(userIds)
    expect(first).toEqual(userIds)
    expect(second).toEqual(userIds)
    expect(changes.connection).not.toBeNull()
  })
})

describe.runIf(inject('backend') === 'servers')('changes of users in Redis', () => {
  it('reach other processes, and malformed messages reach no one', async () => {
    const [here, there] = [await openChanges(), await openChanges()]
    const heard = listen(there.changes)
    const userId = randomUUID()
    for (const message of [
      '',
      '{}',
      '[]',
      '{"version":2,"userIds":["x"]}',
      '{"version":1,"userIds":[7,"x",null]}',
    ])
      await here.publisher.publish('gatehouse:changed-users', message)
    here.changes.announce([userId])
    await eventually(() => expect(heard).toContain(userId))
    for (const malformed of ['x', 7, null]) expect(heard).not.toContain(malformed)
  })

  it('have no connection while Redis is away, and another one after it', async () => {
    const proxy = await TcpProxy.open(inject('redisUrl') ?? '')
    const { changes } = await openChanges(proxy.url)
    const before = changes.connection
    expect(before).not.toBeNull()
    proxy.cut()
    await eventually(() => expect(changes.connection).toBeNull())
    const heard = listen(changes)
    const userId = randomUUID()
    changes.announce([userId])
    expect(heard).toEqual([userId])
    proxy.restore()
    await eventually(() => expect(changes.connection).not.toBeNull())
    expect(changes.connection).not.toBe(before)
    for (const redis of opened.splice(0)) redis.disconnect()
    await proxy.close()
  })
})
