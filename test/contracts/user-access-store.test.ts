import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { createStores, createTransaction } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import { accessPermissionsOf, accessRolesOf } from '../../src/domain/access/owner-access.ts'
import type { Stores, Transaction } from '../../src/domain/transaction.ts'
import type { NewUser } from '../../src/domain/users/account-store.ts'
import { defaultTenant, insertAccessRole, roleName } from '../support/access-roles.ts'
import { insertTenant, insertUser, tenantIdOf } from '../support/rows.ts'
import { openTestDatabase } from '../support/test-database.ts'

let database: Database
let stores: Stores
let transaction: Transaction
beforeAll(async () => {
  database = await openTestDatabase()
  stores = createStores(database.client)
  transaction = createTransaction(database.client, () => undefined)
})
afterAll(() => database.close())

async function newTenant(): Promise<string> {
  return tenantIdOf(database, await insertTenant(database))
}

async function rolesOf(userId: string): Promise<readonly string[]> {
  return accessRolesOf((await stores.userAccess.findOf([userId])).get(userId) ?? null)
}

function newUser(given: Partial<NewUser>): NewUser {
  const id = randomUUID()
  const names = { username: null, firstName: null, lastName: null, phoneNumber: null, locale: null }
  const facts = { email: `${id}@example.org`, emailVerifiedAt: null, role: 'USER', metadata: {} } as const
  return { id, tenantId: defaultTenant, ...names, ...facts, accessRoles: [], createdAt: new Date(), ...given }
}

describe('the roles of users', () => {
  it('are found by user with what they grant and the version, and not for users without roles', async () => {
    const [holder, other] = [await insertUser(database), await insertUser(database)]
    const writer = await insertAccessRole(database, { permissions: ['posts:read', 'posts:write'] })
    const reader = await insertAccessRole(database, { permissions: ['posts:read'] })
    expect(await stores.userAccess.replace(holder, [writer.name, reader.name])).toEqual([])
    const found = await stores.userAccess.findOf([other, holder, randomUUID()])
    expect([...found.keys()]).toEqual([holder])
    const access = found.get(holder) ?? null
    const { version } = await database.client.accessVersion.findUniqueOrThrow({ where: { id: 1 } })
    expect(access?.version).toBe(version)
    expect(accessRolesOf(access)).toEqual([reader.name, writer.name].sort())
    expect(accessPermissionsOf(access)).toEqual(['posts:read', 'posts:write'])
    expect(access?.roles).toContainEqual({ name: writer.name, permissions: ['posts:read', 'posts:write'] })
    expect(await stores.userAccess.findOf([])).toEqual(new Map())
  })

  it('are replaced as a whole, and taken away by an empty list', async () => {
    const holder = await insertUser(database)
    const [first, second, third] = [
      await insertAccessRole(database),
      await insertAccessRole(database),
      await insertAccessRole(database),
    ]
    await stores.userAccess.replace(holder, [first.name, second.name])
    await stores.userAccess.replace(holder, [second.name, third.name])
    expect(await rolesOf(holder)).toEqual([second.name, third.name].sort())
    await stores.userAccess.replace(holder, [])
    expect(await rolesOf(holder)).toEqual([])
  })

  it('come from the installation and from the tenant of the user only; unknown names change nothing', async () => {
    const [own, foreign] = [await newTenant(), await newTenant()]
    const installation = await insertAccessRole(database)
    const ofTenant = await insertAccessRole(database, { tenantId: own })
    const ofOther = await insertAccessRole(database, { tenantId: foreign })
    const user = newUser({ tenantId: own })
    await stores.accounts.insert(user, null)
    expect(await stores.userAccess.replace(user.id, [installation.name, ofTenant.name])).toEqual([])
    const missing = roleName()
    expect(await stores.userAccess.replace(user.id, [ofOther.name, ofTenant.name, missing])).toEqual([
      ofOther.name,
      missing,
    ])
    expect(await rolesOf(user.id)).toEqual([installation.name, ofTenant.name].sort())
  })

  it('of a role that is removed grant nothing at once, and their rows are purged in batches', async () => {
    const holders = [await insertUser(database), await insertUser(database), await insertUser(database)]
    const [kept, removed] = [await insertAccessRole(database), await insertAccessRole(database)]
    for (const holder of holders) await stores.userAccess.replace(holder, [kept.name, removed.name])
    await database.client.accessRole.delete({ where: { id: removed.id } })
    expect(await rolesOf(holders[0] ?? '')).toEqual([kept.name])
    const left = () => database.client.userAccessRole.count({ where: { roleId: removed.id } })
    expect(await left()).toBe(3)
    expect(await stores.userAccess.purge(2)).toBe(2)
    expect(await left()).toBe(1)
    expect(await stores.userAccess.purge(2)).toBe(1)
    expect(await stores.userAccess.purge(2)).toBe(0)
    for (const holder of holders) expect(await rolesOf(holder)).toEqual([kept.name])
  })

  it('of two changes at the same time are those of one change, never a mixture', async () => {
    const holder = await insertUser(database)
    const roles = []
    for (let index = 0; index < 6; index += 1) roles.push((await insertAccessRole(database)).name)
    const [one, two] = [roles.slice(0, 3).sort(), roles.slice(3).sort()]
    const change = (names: readonly string[]) =>
      transaction(async (within) => {
        await within.administration.lockAll([holder])
        return within.userAccess.replace(holder, names)
      })
    for (let round = 0; round < 5; round += 1) {
      expect(await Promise.all([change(one), change(two)])).toEqual([[], []])
      expect([one, two]).toContainEqual(await rolesOf(holder))
    }
  })
})

describe('new accounts', () => {
  it('get the roles that they are inserted with, as far as these exist in their tenant', async () => {
    const [own, foreign] = [await newTenant(), await newTenant()]
    const installation = await insertAccessRole(database)
    const ofTenant = await insertAccessRole(database, { tenantId: own })
    const ofOther = await insertAccessRole(database, { tenantId: foreign })
    const accessRoles = [ofOther.name, ofTenant.name, installation.name, roleName()]
    const user = newUser({ tenantId: own, accessRoles, metadata: { plan: 'pro' } })
    await stores.accounts.insert(user, null)
    expect(await rolesOf(user.id)).toEqual([installation.name, ofTenant.name].sort())
    const row = await database.client.user.findUniqueOrThrow({ where: { id: user.id } })
    expect(row.metadata).toEqual({ plan: 'pro' })
    const bare = newUser({})
    await stores.accounts.insert(bare, null)
    expect(await rolesOf(bare.id)).toEqual([])
  })

  it('have default roles of the installation and of their tenant', async () => {
    const [own, foreign] = [await newTenant(), await newTenant()]
    expect(await stores.userAccess.findDefaults(own)).toBeNull()
    const ofTenant = await insertAccessRole(database, { tenantId: own, isDefault: true })
    await insertAccessRole(database, { tenantId: foreign, isDefault: true })
    await insertAccessRole(database, { tenantId: own })
    expect(accessRolesOf(await stores.userAccess.findDefaults(own))).toEqual([ofTenant.name])
    const installation = await insertAccessRole(database, { isDefault: true, permissions: ['files:read'] })
    const defaults = await stores.userAccess.findDefaults(own)
    expect(accessRolesOf(defaults)).toEqual([installation.name, ofTenant.name].sort())
    expect(accessPermissionsOf(defaults)).toEqual(['files:read', 'posts:read'])
    await database.client.accessRole.delete({ where: { id: installation.id } })
  })
})
