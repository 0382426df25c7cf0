import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { createStores, createTransaction } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import type { AccessPermission } from '../../src/domain/access/access-permission.ts'
import type { AccessRole } from '../../src/domain/access/access-role.ts'
import type { AccessStore } from '../../src/domain/access/access-store.ts'
import { defaultTenantId } from '../../src/domain/access/permissions.ts'
import { insertTenant, insertUser, tenantIdOf } from '../support/rows.ts'
import { openTestDatabase } from '../support/test-database.ts'

const now = new Date('2031-02-03T04:05:06.789Z')

let database: Database
let store: AccessStore
beforeAll(async () => {
  database = await openTestDatabase()
  store = createStores(database.client).access
})
afterAll(() => database.close())

const freshName = (prefix: string) => `${prefix}-${randomUUID().slice(0, 8)}`

async function savePermission(changes: Partial<AccessPermission> = {}): Promise<AccessPermission> {
  const name = `${freshName('posts')}:write`
  const permission = { name, description: null, tenantGrantable: true, ...changes }
  await store.savePermission(permission, now)
  return permission
}

async function saveRole(changes: Partial<AccessRole> = {}): Promise<AccessRole> {
  const base = { id: randomUUID(), tenantId: null, name: freshName('editor'), description: null }
  const role = { ...base, permissions: [], isDefault: false, ...changes }
  await store.saveRole(role, now)
  return role
}

async function newTenantId(): Promise<string> {
  return tenantIdOf(database, await insertTenant(database))
}

async function addHolder(roleId: string, tenantId = defaultTenantId, known?: string): Promise<string> {
  const userId = known ?? (await insertUser(database))
  await database.client.userAccessRole.create({ data: { userId, roleId, tenantId } })
  return userId
}

const permissionNamed = async (name: string) =>
  (await store.listPermissions()).find((permission) => permission.name === name)
const roleById = async ({ id, tenantId }: AccessRole) =>
  (await store.listRoles(tenantId)).find((role) => role.id === id)

describe('permissions', () => {
  it('creates, replaces and lists them in alphabetical order', async () => {
    const first = await savePermission({ description: 'Writes posts.' })
    const second = await savePermission({ tenantGrantable: false })
    expect(await permissionNamed(first.name)).toEqual(first)
    const replaced = { ...first, description: null, tenantGrantable: false }
    await store.savePermission(replaced, now)
    expect(await permissionNamed(first.name)).toEqual(replaced)
    expect(await permissionNamed(second.name)).toEqual(second)
    const names = (await store.listPermissions()).map(({ name }) => name)
    expect(names).toEqual([...names].sort())
  })

  it('takes a permission that tenants may not grant from their roles alone', async () => {
    const { name } = await savePermission()
    const tenantId = await newTenantId()
    const own = await saveRole({ tenantId, permissions: [name, 'other:read'] })
    const shared = await saveRole({ permissions: [name] })
    expect(await store.savePermission({ name, description: null, tenantGrantable: true }, now)).toBe(0)
    expect(await store.savePermission({ name, description: null, tenantGrantable: false }, now)).toBe(1)
    expect(await roleById(own)).toMatchObject({ permissions: ['other:read'] })
    expect(await roleById(shared)).toMatchObject({ permissions: [name] })
  })

  it('removes a permission from every role', async () => {
    const { name } = await savePermission()
    const own = await saveRole({ tenantId: await newTenantId(), permissions: [name] })
    const shared = await saveRole({ permissions: [name, 'other:read'] })
    expect(await store.deletePermission(name, now)).toBe(true)
    expect(await permissionNamed(name)).toBeUndefined()
    expect(await roleById(own)).toMatchObject({ permissions: [] })
    expect(await roleById(shared)).toMatchObject({ permissions: ['other:read'] })
    expect(await store.deletePermission(name, now)).toBe(false)
  })
})

describe('roles', () => {
  it('creates and replaces a role by its id, with its permissions in alphabetical order', async () => {
    const role = await saveRole({ permissions: ['posts:write', 'posts:read'], description: 'Writes.' })
    expect(await roleById(role)).toEqual({ ...role, permissions: ['posts:read', 'posts:write'] })
    const replaced = { ...role, permissions: [], description: null, isDefault: true }
    await store.saveRole(replaced, now)
    expect(await roleById(role)).toEqual(replaced)
  })

  it('lists those of the installation and of one tenant', async () => {
    const [tenantId, otherId] = [await newTenantId(), await newTenantId()]
    const shared = await saveRole()
    const own = await saveRole({ tenantId })
    const other = await saveRole({ tenantId: otherId, name: own.name })
    const idsOf = async (tenant: string | null) => (await store.listRoles(tenant)).map(({ id }) => id)
    expect(await idsOf(tenantId)).toEqual(expect.arrayContaining([shared.id, own.id]))
    expect(await idsOf(tenantId)).not.toContain(other.id)
    expect(await idsOf(null)).toContain(shared.id)
    expect(await idsOf(null)).not.toContain(own.id)
    const named = (await store.findRolesNamed(own.name)).map(({ id }) => id)
    expect(named.sort()).toEqual([own.id, other.id].sort())
  })

  it('has each name once in the installation and once in a tenant', async () => {
    const tenantId = await newTenantId()
    const [shared, own] = [await saveRole(), await saveRole({ tenantId })]
    await expect(saveRole({ name: shared.name })).rejects.toThrow()
    await expect(saveRole({ name: own.name, tenantId })).rejects.toThrow()
  })

  it('removes a role; rows of its holders grant nothing', async () => {
    const role = await saveRole()
    await addHolder(role.id)
    await store.deleteRole(role.id)
    expect(await store.findRolesNamed(role.name)).toEqual([])
  })
})

describe('uses', () => {
  it('counts holders in one tenant or in all', async () => {
    const [role, unused] = [await saveRole(), await saveRole()]
    const tenantId = await newTenantId()
    await addHolder(role.id)
    await addHolder(role.id)
    await addHolder(role.id, tenantId)
    const countsIn = async (tenant: string | null) => [
      ...(await store.countHolders([role.id, unused.id], tenant)),
    ]
    expect(await countsIn(null)).toEqual([
      [role.id, 3],
      [unused.id, 0],
    ])
    expect(await countsIn(tenantId)).toEqual([
      [role.id, 1],
      [unused.id, 0],
    ])
    expect(await store.countHolders([], null)).toEqual(new Map())
  })

  it('has no number beyond 10 000 holders', async () => {
    const { name } = await savePermission()
    const role = await saveRole({ permissions: [name] })
    await database.client.$executeRaw`
      WITH holders AS (
        INSERT INTO users (id, tenant_id, email, updated_at)
        SELECT gen_random_uuid(), ${defaultTenantId}::uuid, gen_random_uuid() || '@example.org', now() FROM generate_series(1, 10001)
        RETURNING id
      )
      INSERT INTO user_access_roles (user_id, role_id, tenant_id)
      SELECT h.id, ${role.id}::uuid, ${defaultTenantId}::uuid FROM holders h`
    expect((await store.countHolders([role.id], null)).get(role.id)).toBeNull()
    expect((await store.usesOfPermission(name, now)).users).toBeNull()
  })

  it('names the roles with a permission, and counts their holders once and its live API keys', async () => {
    const { name } = await savePermission()
    const roles = [await saveRole({ permissions: [name] }), await saveRole({ permissions: [name] })]
    const [first, second] = roles
    if (first === undefined || second === undefined) throw new Error('Two roles are required.')
    const userId = await addHolder(first.id)
    await addHolder(second.id, defaultTenantId, userId)
    await addHolder(second.id)
    const past = new Date(now.getTime() - 1000)
    await addKey(userId, { permissions: [name] })
    await addKey(userId, { permissions: ['other:read'] })
    await addKey(userId, { permissions: [name], expiresAt: past })
    await addKey(userId, { permissions: [name], revokedAt: past })
    const names = roles.map((role) => role.name).sort()
    expect(await store.usesOfPermission(name, now)).toEqual({ roles: names, users: 2, apiKeys: 1 })
  })
})

async function addKey(userId: string, changes: object): Promise<void> {
  const id = randomUUID()
  const digest = new Uint8Array(Buffer.from(id))
  const data = {
    id,
    userId,
    name: 'key',
    prefix: 'ghk_',
    digest,
    createdAt: now,
    permissions: [],
    ...changes,
  }
  await database.client.apiKey.create({ data })
}

describe('changes', () => {
  it('counts each change of what roles grant', async () => {
    const version = await store.raiseVersion()
    expect(await store.raiseVersion()).toBe(version + 1)
  })

  it('lets one transaction at a time change permissions and roles', async () => {
    const transaction = createTransaction(database.client, () => {})
    const role = await saveRole()
    const addOne = (permission: string) =>
      transaction(async ({ access }) => {
        await access.lockChanges()
        const [found] = await access.findRolesNamed(role.name)
        if (found === undefined) throw new Error('The role is missing.')
        await access.saveRole({ ...found, permissions: [...found.permissions, permission] }, now)
      })
    await Promise.all(['a:read', 'b:read', 'c:read', 'd:read'].map(addOne))
    expect(await roleById(role)).toMatchObject({ permissions: ['a:read', 'b:read', 'c:read', 'd:read'] })
  })
})
