import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { createStores } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import { reportingStores } from '../../src/adapters/prisma/stores/reporting-stores.ts'
import { openTestDatabase } from '../support/test-database.ts'

let database: Database
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

it('stores of factors and roles report the users whose they change, and no one whose they read', async () => {
  const heard: string[] = []
  const stores = reportingStores(createStores(database.client), (userIds) => void heard.push(...userIds))
  const [id, userId, now] = [randomUUID(), randomUUID(), new Date()]
  const change = { change: 'REMOVED', factor: 'TOTP', id } as const
  const changes: readonly (() => Promise<unknown>)[] = [
    () => stores.totpSecrets.confirm({ id, userId }, 1, now),
    () => stores.totpSecrets.remove(userId, now),
    () => stores.passkeys.remove({ id, userId }, now),
    () => stores.factorChanges.takeBack(userId, change, now),
    () => stores.factorChanges.removeAll(userId, now),
    () => stores.userAccess.replace(userId, []),
  ]
  for (const write of changes) {
    await write()
    expect(heard.splice(0)).toEqual([userId])
  }
  const secret = { id, userId, sealedSecret: new Uint8Array(64), createdAt: now }
  await expect(stores.totpSecrets.insertConfirmed(secret)).rejects.toThrow()
  expect(heard.splice(0)).toEqual([userId])
  await stores.totpSecrets.findConfirmed(userId)
  await stores.totpSecrets.accept(id, 1, now)
  await stores.passkeys.list(userId)
  await stores.factors.summaryOf(userId, now)
  await stores.userAccess.findOf([userId])
  expect(heard).toEqual([])
})
