import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { createStores } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import type { FactorChange } from '../../src/domain/factors/factor-change.ts'
import { newOneTimeToken } from '../../src/domain/one-time-tokens/one-time-token.ts'
import type { Stores } from '../../src/domain/transaction.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { insertPasskey, insertTotp, insertUser } from '../support/rows.ts'
import { openTestDatabase } from '../support/test-database.ts'

let database: Database
let stores: Stores
const clock = new ManualClock()
const deps = { clock, ids: createIds(clock) }
beforeAll(async () => {
  database = await openTestDatabase()
  stores = createStores(database.client)
})
afterAll(() => database.close())

const added = (id: string, replaced: string | null = null): FactorChange => ({
  change: 'ADDED',
  factor: 'TOTP',
  id,
  replaced,
})
const removed = (id: string): FactorChange => ({ change: 'REMOVED', factor: 'TOTP', id })
const takeBack = (userId: string, change: FactorChange) =>
  stores.factorChanges.takeBack(userId, change, clock.now())

/** Ids of the confirmed secrets of a user that are in use. */
async function appsOf(userId: string) {
  const rows = await database.client.totpSecret.findMany({ where: { userId, removedAt: null } })
  return rows.map(({ id }) => id)
}

async function passkeysOf(userId: string) {
  const rows = await database.client.passkey.findMany({ where: { userId, removedAt: null } })
  return rows.map(({ id }) => id)
}

/** The change that the link of a mail takes back, as it is stored now. */
async function mailedLink(userId: string, factorChange: FactorChange) {
  const lifeSeconds = 3600
  const options = {
    purpose: 'UNDO_FACTOR_CHANGE',
    userId,
    lifeSeconds,
    factorChange,
    keepsOlder: true,
  } as const
  const { token } = newOneTimeToken(deps, options)
  await stores.oneTimeTokens.insert(token)
  return async () =>
    (await stores.oneTimeTokens.consume(token.digest, token.purpose, clock.now()))?.factorChange
}

describe('takeBack', () => {
  it('removes an added authenticator app for good, and restores the one that it replaced', async () => {
    const user = await insertUser(database)
    const first = await insertTotp(database, user, clock.now())
    const second = await insertTotp(database, user)
    expect(await takeBack(user, added(second, first))).toBe(true)
    expect(await appsOf(user)).toEqual([first])
    expect(await takeBack(user, added(second, first))).toBe(false)
    expect(await takeBack(user, removed(second))).toBe(false)
    expect(await appsOf(user)).toEqual([first])
  })

  it.each([
    ['newest first', [1, 0]],
    ['oldest first', [0, 1]],
  ])('restores the app of the owner after two replacements by a thief, %s', async (_name, order) => {
    const user = await insertUser(database)
    const own = await insertTotp(database, user, clock.now())
    const stolen = await insertTotp(database, user, clock.now())
    const stolenAgain = await insertTotp(database, user)
    const links = [
      await mailedLink(user, added(stolen, own)),
      await mailedLink(user, added(stolenAgain, stolen)),
    ]
    for (const index of order) {
      const change = await links[index]?.()
      if (change == null) throw new Error('The link names no change.')
      expect(await takeBack(user, change)).toBe(true)
    }
    expect(await appsOf(user)).toEqual([own])
  })

  it('restores a removed app in place of the one that was added since', async () => {
    const user = await insertUser(database)
    const own = await insertTotp(database, user, clock.now())
    const stolen = await insertTotp(database, user)
    expect(await takeBack(user, removed(own))).toBe(true)
    expect(await appsOf(user)).toEqual([own])
    expect(await takeBack(user, added(stolen))).toBe(true)
    expect(await appsOf(user)).toEqual([own])
  })

  it('removes and restores one passkey, and leaves the others', async () => {
    const user = await insertUser(database)
    const kept = await insertPasskey(database, user)
    const lost = await insertPasskey(database, user, { removedAt: clock.now() })
    const stolen = await insertPasskey(database, user)
    const passkey = { factor: 'PASSKEY' } as const
    expect(await takeBack(user, { ...passkey, change: 'REMOVED', id: lost })).toBe(true)
    expect(await takeBack(user, { ...passkey, change: 'ADDED', id: stolen, replaced: null })).toBe(true)
    expect((await passkeysOf(user)).toSorted()).toEqual([kept, lost].toSorted())
  })

  it('leaves a passkey removed that was registered again', async () => {
    const user = await insertUser(database)
    const credentialId = new Uint8Array(randomBytes(32))
    const lost = await insertPasskey(database, user, { credentialId, removedAt: clock.now() })
    const again = await insertPasskey(database, user, { credentialId })
    expect(await takeBack(user, { change: 'REMOVED', factor: 'PASSKEY', id: lost })).toBe(false)
    expect(await passkeysOf(user)).toEqual([again])
  })

  it('changes nothing for the factors of another user', async () => {
    const [user, other] = [await insertUser(database), await insertUser(database)]
    const inUse = await insertTotp(database, user)
    const old = await insertTotp(database, user, clock.now())
    expect(await takeBack(other, added(inUse, old))).toBe(false)
    expect(await takeBack(other, removed(old))).toBe(false)
    expect(await takeBack(user, removed(randomUUID()))).toBe(false)
    expect(await appsOf(user)).toEqual([inUse])
  })
})

describe('removeAll', () => {
  it('removes every factor and recovery code of one user, and counts those in use', async () => {
    const [user, other] = [await insertUser(database), await insertUser(database)]
    for (const id of [user, other]) {
      await insertTotp(database, id)
      await insertTotp(database, id, clock.now())
      await insertPasskey(database, id)
      const code = { userId: id, number: 1, hash: 'x', createdAt: clock.now() }
      await database.client.recoveryCode.create({ data: code })
    }
    expect(await stores.factorChanges.removeAll(user, clock.now())).toBe(2)
    expect(await stores.factors.summaryOf(user, clock.now())).toMatchObject({
      totp: null,
      passkeyCount: 0,
      recoveryCodesLeft: 0,
    })
    expect(await stores.factors.summaryOf(other, clock.now())).toMatchObject({
      totp: {},
      passkeyCount: 1,
      recoveryCodesLeft: 1,
    })
  })
})

describe('purgeRemoved', () => {
  it('deletes what was removed before that time, and nothing that is in use', async () => {
    const user = await insertUser(database)
    const before = new Date('2020-01-02T00:00:00Z')
    const early = new Date('2020-01-01T00:00:00Z')
    const app = await insertTotp(database, user)
    const passkey = await insertPasskey(database, user)
    const recent = await insertTotp(database, user, before)
    await insertTotp(database, user, early)
    await insertPasskey(database, user, { removedAt: early })
    expect(await stores.factorChanges.purgeRemoved(before, 1)).toBe(1)
    expect(await stores.factorChanges.purgeRemoved(before, 1000)).toBe(1)
    const rows = await database.client.totpSecret.findMany({ where: { userId: user } })
    expect(rows.map(({ id }) => id).toSorted()).toEqual([app, recent].toSorted())
    expect(await passkeysOf(user)).toEqual([passkey])
  })
})
