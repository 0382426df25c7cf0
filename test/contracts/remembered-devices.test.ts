import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { createStores } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import {
  maxRememberedDevices,
  newRememberedDevice,
  rememberedDigest,
} from '../../src/domain/factors/remembered-device.ts'
import type { RememberedDeviceStore } from '../../src/domain/factors/remembered-device-store.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { insertUser } from '../support/rows.ts'
import { openTestDatabase } from '../support/test-database.ts'

let database: Database
let store: RememberedDeviceStore
const clock = new ManualClock()
const deps = { clock, ids: createIds(clock) }
beforeAll(async () => {
  database = await openTestDatabase()
  store = createStores(database.client).rememberedDevices
})
afterAll(() => database.close())

async function remember(userId: string, days = 30) {
  const { secret, device } = newRememberedDevice(deps, { userId, days })
  await store.insert(device)
  const digest = rememberedDigest(secret)
  if (digest === null) throw new Error('A new secret is not well formed.')
  return { digest, device }
}

describe('RememberedDeviceStore', () => {
  it('knows a device of its owner until it expires', async () => {
    const [owner, other] = [await insertUser(database), await insertUser(database)]
    const { digest, device } = await remember(owner, 1)
    const unknown = new Uint8Array(32)
    expect(await store.isRemembered(owner, [unknown, digest], clock.now())).toBe(true)
    expect(await store.isRemembered(other, [digest], clock.now())).toBe(false)
    expect(await store.isRemembered(owner, [unknown], clock.now())).toBe(false)
    expect(await store.isRemembered(owner, [], clock.now())).toBe(false)
    expect(await store.isRemembered(owner, [digest], device.expiresAt)).toBe(false)
  })

  it('keeps the newest devices of an owner', async () => {
    const [owner, other] = [await insertUser(database), await insertUser(database)]
    const kept = await remember(other)
    const devices = []
    for (let index = 0; index <= maxRememberedDevices; index += 1) devices.push(await remember(owner))
    const known = await Promise.all(
      devices.map(({ digest }) => store.isRemembered(owner, [digest], clock.now())),
    )
    expect(known).toEqual([false, ...Array.from({ length: maxRememberedDevices }, () => true)])
    expect(await store.isRemembered(other, [kept.digest], clock.now())).toBe(true)
  })

  it('removes all devices of one owner, and counts those that were valid', async () => {
    const [owner, other] = [await insertUser(database), await insertUser(database)]
    const kept = await remember(other)
    await remember(owner, 1)
    await remember(owner, 9)
    const later = new Date(clock.now().getTime() + 2 * 86_400_000)
    expect(await store.removeAll(owner, later)).toBe(1)
    expect(await store.removeAll(owner, later)).toBe(0)
    expect(await store.isRemembered(other, [kept.digest], clock.now())).toBe(true)
  })

  it('purges expired devices only', async () => {
    const owner = await insertUser(database)
    const { device } = await remember(owner, 1)
    const { digest } = await remember(owner, 60)
    const later = new Date(device.expiresAt.getTime() + 1)
    await store.purge(device.expiresAt, 1000)
    expect(await database.client.rememberedDevice.count({ where: { id: device.id } })).toBe(1)
    await store.purge(later, 1000)
    expect(await database.client.rememberedDevice.count({ where: { id: device.id } })).toBe(0)
    expect(await store.isRemembered(owner, [digest], clock.now())).toBe(true)
  })
})

describe('rememberedDigest', () => {
  it.each([null, undefined, '', 'ghm_', `ghd_${'a'.repeat(43)}`, `ghm_${'a'.repeat(44)}`, randomUUID()])(
    'is null for %s',
    (text) => {
      expect(rememberedDigest(text)).toBeNull()
    },
  )
})
