import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { MemoryUserChanges } from '../../src/adapters/memory/memory-user-changes.ts'
import { accessRolesOf, type OwnerAccess } from '../../src/domain/access/owner-access.ts'
import type { Viewer } from '../../src/domain/access/viewer.ts'
import { OwnAccounts } from '../../src/domain/users/own-accounts.ts'
import { tombstoneOf, type User } from '../../src/domain/users/user.ts'
import { ManualClock } from '../support/manual-clock.ts'

const tenantId = randomUUID()

function scene() {
  const clock = new ManualClock()
  const changes = new MemoryUserChanges()
  const channel: { connection: number | null } = { connection: 1 }
  const revocations = { isFresh: true, minimum: 0, minimumTokenVersion: () => revocations.minimum }
  const rows = new Map<string, User>()
  const statements: (readonly string[])[] = []
  const pauses: Promise<void>[] = []
  const owners = new Set<string>()
  const factorStatements: number[] = []
  const factorPauses: Promise<void>[] = []
  const findSecondSteps = async (ids: readonly string[]) => {
    factorStatements.push(ids.length)
    const found = new Set(ids.filter((id) => owners.has(id)))
    await factorPauses.shift()
    return found
  }
  const reader = {
    findByIds: async (ids: readonly string[]) => {
      statements.push([...ids])
      const found = ids.flatMap((id) => rows.get(id) ?? [])
      await pauses.shift()
      return found
    },
  }
  const roles = new Map<string, OwnerAccess>()
  const accessStatements: (readonly string[])[] = []
  const findAccess = async (ids: readonly string[]) => {
    accessStatements.push([...ids])
    if (roles.has('away')) throw new Error('away')
    return new Map([...roles].filter(([id]) => ids.includes(id)))
  }
  const accounts = new OwnAccounts({
    reader,
    findSecondSteps,
    findAccess,
    changes: {
      listen: (listener) => changes.listen(listener),
      get connection() {
        return channel.connection
      },
    },
    revocations,
    clock,
  })
  const write = (change: Partial<User> & { readonly id: string }) => {
    const row = { ...tombstoneOf(change.id), tenantId, active: true, ...rows.get(change.id), ...change }
    rows.set(change.id, row)
    return row
  }
  const viewer = (userId: string, tokenVersion = 0): Viewer => ({
    kind: 'USER',
    via: 'header',
    role: 'USER',
    permissions: new Set(),
    accessRoles: [],
    accessPermissions: new Set(),
    accessVersion: null,
    sessionId: randomUUID(),
    tokenId: randomUUID(),
    issuedAt: clock.now(),
    tokenExpiresAt: clock.now(),
    amr: ['pwd'],
    authTime: clock.now(),
    secondFactorAt: null,
    userId,
    tenantId,
    tokenVersion,
  })
  /** The first name that `me` shows. */
  const shown = async (userId: string, tokenVersion?: number) =>
    (await accounts.find(viewer(userId, tokenVersion)))?.firstName ?? null
  /** What `me` shows as twoFactorEnabled; null: it has to be read elsewhere. */
  const secondStep = async (userId: string) => {
    const user = await accounts.find(viewer(userId))
    return user === null ? null : accounts.findSecondStep(user)
  }
  /** The roles that `me` shows. */
  const rolesOf = async (userId: string) => {
    const user = await accounts.find(viewer(userId))
    return accessRolesOf(user === null ? null : await accounts.findAccess(user))
  }
  const fakes = { clock, changes, channel, revocations, rows, statements, pauses }
  const factors = { owners, statements: factorStatements, pauses: factorPauses }
  return { accounts, ...fakes, factors, roles, accessStatements, write, viewer, shown, secondStep, rolesOf }
}

describe('a copy of an own account', () => {
  it('is used for a second, whatever the channel reports', async () => {
    const { write, shown, clock, statements } = scene()
    const { id } = write({ id: randomUUID(), firstName: 'Ada' })
    expect(await shown(id)).toBe('Ada')
    write({ id, firstName: 'Grace' })
    clock.advance(0.999)
    expect(await shown(id)).toBe('Ada')
    clock.advance(0.001)
    expect(await shown(id)).toBe('Grace')
    expect(statements).toEqual([[id], [id]])
  })

  it('is dropped when its user changes, and only then', async () => {
    const { write, shown, changes } = scene()
    const { id } = write({ id: randomUUID(), firstName: 'Ada' })
    await shown(id)
    write({ id, firstName: 'Grace' })
    changes.announce([randomUUID()])
    expect(await shown(id)).toBe('Ada')
    changes.announce([randomUUID(), id])
    expect(await shown(id)).toBe('Grace')
  })

  it('is not made by a read that began before a change, and no later caller joins that read', async () => {
    const { write, shown, changes, pauses } = scene()
    const { id } = write({ id: randomUUID(), firstName: 'Ada' })
    let release = (): void => undefined
    pauses.push(
      new Promise((resolve) => {
        release = resolve
      }),
    )
    const early = shown(id)
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    write({ id, firstName: 'Grace' })
    changes.announce([id])
    expect(await shown(id)).toBe('Grace')
    release()
    expect(await early).toBe('Ada')
    expect(await shown(id)).toBe('Grace')
  })

  it('is not used by a newer token, nor beside a revocation of its version', async () => {
    const { write, shown, revocations, statements } = scene()
    const { id } = write({ id: randomUUID(), tokenVersion: 3 })
    for (const version of [3, 3, 2, 4]) await shown(id, version)
    expect(statements).toHaveLength(2)
    revocations.minimum = 4
    await shown(id, 3)
    expect(statements).toHaveLength(3)
  })

  it('is not used while revocations may have been missed', async () => {
    const { write, shown, revocations, statements } = scene()
    const { id } = write({ id: randomUUID() })
    revocations.isFresh = false
    for (let call = 0; call < 3; call += 1) await shown(id)
    expect(statements).toHaveLength(3)
  })

  it('is not used while changes may have been missed, and not after a reconnect', async () => {
    const { write, shown, channel, statements } = scene()
    const { id } = write({ id: randomUUID() })
    await shown(id)
    channel.connection = null
    for (let call = 0; call < 2; call += 1) await shown(id)
    channel.connection = 2
    expect(statements).toHaveLength(3)
    for (let call = 0; call < 3; call += 1) await shown(id)
    expect(statements).toHaveLength(4)
  })

  it('is not made of accounts that are deactivated or deleted', async () => {
    const { write, rows, shown, statements } = scene()
    const { id } = write({ id: randomUUID(), active: false })
    for (let call = 0; call < 2; call += 1) await shown(id)
    rows.delete(id)
    for (let call = 0; call < 2; call += 1) expect(await shown(id)).toBeNull()
    expect(statements).toHaveLength(4)
  })

  it('is never shown to a viewer of another tenant', async () => {
    const { write, shown, accounts, viewer } = scene()
    const { id } = write({ id: randomUUID(), firstName: 'Ada' })
    expect(await shown(id)).toBe('Ada')
    expect(await accounts.find({ ...viewer(id), tenantId: randomUUID() })).toBeNull()
  })

  it('is one of at most 2000, the oldest of which is dropped', async () => {
    const { write, shown, statements } = scene()
    const ids = Array.from({ length: 2001 }, () => write({ id: randomUUID() }).id)
    for (const id of ids) await shown(id)
    statements.length = 0
    await shown(ids[2000] ?? '')
    expect(statements).toEqual([])
    await shown(ids[0] ?? '')
    expect(statements).toEqual([[ids[0]]])
  })
})

describe('the second step of an own account', () => {
  it('is read when it is requested, once for each copy', async () => {
    const { write, shown, secondStep, factors, clock } = scene()
    const { id } = write({ id: randomUUID() })
    await shown(id)
    expect(factors.statements).toEqual([])
    for (let call = 0; call < 3; call += 1) expect(await secondStep(id)).toBe(false)
    factors.owners.add(id)
    clock.advance(0.999)
    expect(await secondStep(id)).toBe(false)
    clock.advance(0.001)
    expect(await secondStep(id)).toBe(true)
    expect(factors.statements).toEqual([1, 1])
  })

  it('is dropped when its user changes, also while it is read', async () => {
    const { write, secondStep, factors, changes } = scene()
    const { id } = write({ id: randomUUID() })
    let release = (): void => undefined
    factors.pauses.push(
      new Promise((resolve) => {
        release = resolve
      }),
    )
    const early = secondStep(id)
    while (factors.statements.length === 0) await new Promise((resolve) => setImmediate(resolve))
    factors.owners.add(id)
    changes.announce([id])
    expect(await secondStep(id)).toBe(true)
    release()
    expect(await early).toBe(false)
    expect(await secondStep(id)).toBe(true)
  })

  it('is not read from a copy that was dropped, has expired or may have missed a message', async () => {
    const { write, accounts, viewer, changes, clock, channel, revocations } = scene()
    const found = async () =>
      (await accounts.find(viewer(write({ id: randomUUID() }).id))) ?? expect.unreachable()
    const dropped = await found()
    changes.announce([dropped.id])
    expect(accounts.findSecondStep(dropped)).toBeNull()
    const missed = await found()
    channel.connection = 2
    expect(accounts.findSecondStep(missed)).toBeNull()
    const revoked = await found()
    revocations.minimum = 1
    expect(accounts.findSecondStep(revoked)).toBeNull()
    revocations.minimum = 0
    const expired = await found()
    clock.advance(1)
    expect(accounts.findSecondStep(expired)).toBeNull()
  })

  it('is not read for a user who comes from elsewhere', async () => {
    const { write, shown, accounts } = scene()
    const user = write({ id: randomUUID() })
    await shown(user.id)
    expect(accounts.findSecondStep({ ...user })).toBeNull()
  })

  it('is read again after an error of the database', async () => {
    const { write, secondStep, factors } = scene()
    const { id } = write({ id: randomUUID() })
    const away = Promise.reject(new Error('away'))
    away.catch(() => undefined)
    factors.pauses.push(away)
    await expect(secondStep(id)).rejects.toThrow('away')
    expect(await secondStep(id)).toBe(false)
  })
})

describe('a thousand callers at once', () => {
  it('share a few statements, and all get their own account', async () => {
    const { write, shown, secondStep, statements, factors } = scene()
    const ids = Array.from({ length: 500 }, (_, n) => write({ id: randomUUID(), firstName: `Ada ${n}` }).id)
    const names = await Promise.all([...ids, ...ids].map((id) => shown(id)))
    expect(names).toEqual([...ids, ...ids].map((_, n) => `Ada ${n % 500}`))
    expect(statements).toHaveLength(1)
    factors.owners.add(ids[0] ?? '')
    const steps = await Promise.all([...ids, ...ids].map((id) => secondStep(id)))
    expect(steps.flatMap((required, n) => (required === true ? [n] : []))).toEqual([0, 500])
    expect(factors.statements).toEqual([500])
  })

  it('all get the error of the database, and the next one gets an answer', async () => {
    const { write, shown, pauses } = scene()
    const { id } = write({ id: randomUUID(), firstName: 'Ada' })
    const away = Promise.reject(new Error('away'))
    away.catch(() => undefined)
    pauses.push(away)
    const results = await Promise.allSettled([shown(id), shown(id), shown(randomUUID())])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(await shown(id)).toBe('Ada')
  })
})

describe('the roles of an own account', () => {
  const grant = (name: string): OwnerAccess => ({ version: 1, roles: [{ name, permissions: [] }] })

  it('are read once with each copy, together with those of others', async () => {
    const { write, shown, rolesOf, roles, accessStatements, changes } = scene()
    const ids = [write({ id: randomUUID() }).id, write({ id: randomUUID() }).id]
    for (const id of ids) await shown(id)
    expect(accessStatements).toEqual([])
    roles.set(ids[0] ?? '', grant('writer'))
    expect(await Promise.all(ids.map(rolesOf))).toEqual([['writer'], []])
    expect(await Promise.all(ids.map(rolesOf))).toEqual([['writer'], []])
    expect(accessStatements).toEqual([ids])
    roles.set(ids[0] ?? '', grant('reader'))
    changes.announce([ids[0] ?? ''])
    expect(await rolesOf(ids[0] ?? '')).toEqual(['reader'])
  })

  it('are read again after a failure', async () => {
    const { write, rolesOf, roles } = scene()
    const { id } = write({ id: randomUUID() })
    roles.set('away', grant('none'))
    await expect(rolesOf(id)).rejects.toThrow('away')
    roles.delete('away')
    expect(await rolesOf(id)).toEqual([])
  })
})
