import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { MemoryRevocationChannel } from '../../src/adapters/memory/memory-revocation-channel.ts'
import { openRedis, openSubscriber } from '../../src/adapters/redis/redis-client.ts'
import { RedisRevocationChannel } from '../../src/adapters/redis/redis-revocation-channel.ts'
import type { Revocation } from '../../src/domain/tokens/revocation.ts'
import type { RevocationChannel } from '../../src/domain/tokens/revocation-channel.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { eventually } from '../support/eventually.ts'
import { redisSettings } from '../support/redis-settings.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'

/** Tests of outages have a limit of their own; on a busy machine Redis has time to respond. */
const timeoutMs = 10_000

const expiresAt = new Date('2031-02-03T04:05:06.789Z')
const session = (): Revocation => ({ kind: 'SESSION', sessionId: randomUUID(), expiresAt })

function openChannel(url: string) {
  const publisher = openRedis(redisSettings(url, timeoutMs), 'test-commands', silentLogger)
  const subscriber = openSubscriber(redisSettings(url, timeoutMs), 'test-subscriber', silentLogger)
  const close = () => {
    publisher.disconnect()
    subscriber.disconnect()
  }
  return {
    publisher,
    close,
    channel: new RedisRevocationChannel({ publisher, subscriber, logger: silentLogger }),
  }
}

const opened: { close(): void }[] = []
afterEach(() => {
  for (const { close } of opened.splice(0)) close()
})

async function openReady(url = inject('redisUrl') ?? ''): Promise<ReturnType<typeof openChannel>> {
  const redis = openChannel(url)
  opened.push(redis)
  await eventually(() => expect(redis.publisher.status).toBe('ready'))
  return redis
}

/** What a listener has heard of these revocations; the medium is shared with other tests. */
async function listen(channel: RevocationChannel): Promise<Revocation[]> {
  const heard: Revocation[] = []
  await channel.subscribe((revocations) => void heard.push(...revocations))
  return heard
}

const implementations: Record<string, () => Promise<RevocationChannel>> = {
  memory: async () => new MemoryRevocationChannel(),
  ...(inject('backend') === 'servers' ? { redis: async () => (await openReady()).channel } : {}),
}

describe.each(Object.entries(implementations))('a revocation channel on %s', (_name, open) => {
  it('brings every kind to every listener, the own process included', async () => {
    const channel = await open()
    const [first, second] = [await listen(channel), await listen(channel)]
    const sent: Revocation[] = [
      session(),
      { kind: 'USER', userId: randomUUID(), minimumTokenVersion: 7, expiresAt },
      { kind: 'TOKEN', tokenId: randomUUID(), expiresAt },
      { kind: 'ACCESS', tenantId: null, role: null, minimumAccessVersion: 4, expiresAt },
      { kind: 'ACCESS', tenantId: randomUUID(), role: 'editor', minimumAccessVersion: 5, expiresAt },
    ]
    channel.publish(sent)
    for (const heard of [first, second]) {
      await eventually(() => expect(heard).toEqual(expect.arrayContaining(sent)))
    }
  })

  it('keeps the order of one publisher', async () => {
    const channel = await open()
    const heard = await listen(channel)
    const sent = Array.from({ length: 20 }, session)
    for (const revocation of sent) channel.publish([revocation])
    await eventually(() => expect(heard).toEqual(expect.arrayContaining(sent)))
    expect(
      heard.filter((revocation) => sent.some((one) => JSON.stringify(one) === JSON.stringify(revocation))),
    ).toEqual(sent)
  })

  it('takes an empty list, and many at once', async () => {
    const channel = await open()
    const heard = await listen(channel)
    const sent = Array.from({ length: 2000 }, session)
    channel.publish([])
    channel.publish(sent)
    await eventually(() => expect(heard).toEqual(expect.arrayContaining(sent.slice(-1))))
  })
})

describe.runIf(inject('backend') === 'servers')('the Redis channel', () => {
  let proxy: TcpProxy
  beforeAll(async () => {
    proxy = await TcpProxy.open(inject('redisUrl') ?? '')
  })
  afterAll(() => proxy.close())
  afterEach(() => proxy.restore())

  it('reaches another process', async () => {
    const [here, there] = [await openReady(), await openReady()]
    const heard = await listen(there.channel)
    const revocation = session()
    here.channel.publish([revocation])
    await eventually(() => expect(heard).toContainEqual(revocation))
  })

  it('ignores messages that are no revocations, and receives the next one', async () => {
    const { channel, publisher } = await openReady()
    const heard = await listen(channel)
    const good = session()
    const rubbish = [
      '',
      '\0',
      'null',
      '7',
      '[]',
      '{',
      '{"version":2,"revocations":[]}',
      '{"version":1}',
      '{"version":1,"revocations":{}}',
      '{"version":1,"revocations":"x"}',
      '{"version":1,"revocations":[null,7,[],"x",{},{"kind":"SESSION"}]}',
      JSON.stringify({ version: 1, revocations: [{ kind: 'ALL', expiresAt }] }),
      JSON.stringify({ version: 1, revocations: [{ kind: 'SESSION', sessionId: 7, expiresAt }] }),
      JSON.stringify({ version: 1, revocations: [{ kind: 'SESSION', sessionId: 'a', expiresAt: 'soon' }] }),
      JSON.stringify({ version: 1, revocations: [{ kind: 'USER', userId: 'a', expiresAt }] }),
      JSON.stringify({
        version: 1,
        revocations: [{ kind: 'USER', userId: 'a', minimumTokenVersion: 0.5, expiresAt }],
      }),
      JSON.stringify({ version: 1, revocations: [{ kind: 'TOKEN', tokenId: null, expiresAt }] }),
      JSON.stringify({
        version: 1,
        revocations: [{ kind: 'ACCESS', role: 'a', minimumAccessVersion: 5, expiresAt }],
      }),
      JSON.stringify({
        version: 1,
        revocations: [{ kind: 'ACCESS', tenantId: null, role: 7, minimumAccessVersion: 5, expiresAt }],
      }),
    ]
    for (const message of rubbish) await publisher.publish('gatehouse:revocations', message)
    channel.publish([good])
    await eventually(() => expect(heard).toContainEqual(good))
    const known = ['sessionId', 'userId', 'tokenId'].flatMap((name) =>
      heard.map((one) => Reflect.get(one, name)),
    )
    for (const value of [7, 'a', null]) expect(known).not.toContain(value)
  })

  it('does not wait for a Redis that is away, and hears again once it is back', async () => {
    const here = await openReady()
    const there = await openReady(proxy.url)
    const heard = await listen(there.channel)
    proxy.cut()
    await eventually(() => expect(there.publisher.status).not.toBe('ready'))
    expect(there.channel.publish([session()])).toBeUndefined()
    proxy.restore()
    const revocation = session()
    await eventually(
      () => {
        here.channel.publish([revocation])
        expect(heard).toContainEqual(revocation)
      },
      { everyMs: 100 },
    )
  })

  it('can be subscribed to before Redis is there, and hears once it is', async () => {
    const here = await openReady()
    proxy.freeze()
    const late = openChannel(proxy.url)
    opened.push(late)
    const heard = await listen(late.channel)
    proxy.restore()
    const revocation = session()
    await eventually(
      () => {
        here.channel.publish([revocation])
        expect(heard).toContainEqual(revocation)
      },
      { everyMs: 100 },
    )
  })
})
