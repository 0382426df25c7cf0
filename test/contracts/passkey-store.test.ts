import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { PrismaPasskeyStore } from '../../src/adapters/prisma/stores/factors/prisma-passkey-store.ts'
import { PrismaUsedCeremonyStore } from '../../src/adapters/prisma/stores/factors/prisma-used-ceremony-store.ts'
import type { PasskeyCredential } from '../../src/domain/factors/passkey.ts'
import { openTestDatabase } from '../support/test-database.ts'

const tenantId = '00000000-0000-7000-8000-000000000001'
const now = new Date('2031-02-03T04:05:06.789Z')
const later = new Date('2031-02-03T04:06:06.789Z')

let database: Database
let store: PrismaPasskeyStore
beforeAll(async () => {
  database = await openTestDatabase()
  store = new PrismaPasskeyStore(database.client)
})
afterAll(() => database.close())

async function newUser(): Promise<string> {
  const id = randomUUID()
  await database.client.user.create({ data: { id, tenantId, email: `${id}@example.org`, deviceEpoch: 3 } })
  return id
}

async function newPasskey(changes: Partial<PasskeyCredential> = {}): Promise<PasskeyCredential> {
  return {
    id: randomUUID(),
    userId: changes.userId ?? (await newUser()),
    name: 'Blue key',
    aaguid: null,
    backedUp: false,
    createdAt: now,
    lastUsedAt: null,
    credentialId: new Uint8Array(randomBytes(20)),
    publicKey: new Uint8Array(randomBytes(77)),
    rpId: 'example.org',
    signCount: 4_294_967_295,
    transports: ['usb', 'nfc'],
    ...changes,
  }
}

async function inserted(changes: Partial<PasskeyCredential> = {}): Promise<PasskeyCredential> {
  const passkey = await newPasskey(changes)
  expect(await store.insert(passkey)).toBe(true)
  return passkey
}

describe('a stored passkey', () => {
  it('is found with its owner by its credential id, and listed oldest first', async () => {
    const first = await inserted({ id: '01900000-0000-7000-8000-000000000001', aaguid: randomUUID() })
    const { userId } = first
    const second = await inserted({ userId, id: '01900000-0000-7000-8000-000000000002' })
    expect(await store.list(userId)).toEqual([first, second])
    expect(await store.findByCredential(first.credentialId)).toEqual({
      passkey: first,
      owner: expect.objectContaining({ id: userId, tenantId, email: `${userId}@example.org` }),
      tenant: 'default',
      deviceEpoch: 3,
    })
    expect(await store.findByCredential(new Uint8Array(randomBytes(20)))).toBeNull()
  })

  it('is the only one with its credential id, of ten that are stored at once', async () => {
    const credentialId = new Uint8Array(randomBytes(1023))
    const passkeys = await Promise.all(Array.from({ length: 10 }, () => newPasskey({ credentialId })))
    const stored = await Promise.all(passkeys.map((passkey) => store.insert(passkey)))
    expect(stored.filter((done) => done)).toHaveLength(1)
  })

  it('keeps the highest counter and the latest use', async () => {
    const { id, userId } = await inserted({ signCount: 5 })
    expect(await store.noteUse(id, { at: later, signCount: 7, backedUp: true })).toBe(true)
    expect(await store.noteUse(id, { at: now, signCount: 6, backedUp: true })).toBe(true)
    expect(await store.list(userId)).toMatchObject([{ signCount: 7, lastUsedAt: later, backedUp: true }])
  })

  it('is renamed and removed by its owner only', async () => {
    const { id, userId } = await inserted()
    const stranger = await newUser()
    expect(await store.rename({ id, userId: stranger }, 'Mine')).toBeNull()
    expect(await store.remove({ id, userId: stranger }, now)).toBeNull()
    expect(await store.rename({ id, userId }, 'Red key')).toMatchObject({ id, name: 'Red key' })
    expect(await store.remove({ id, userId }, now)).toMatchObject({ id, name: 'Red key' })
  })

  it('is absent everywhere after its removal, and its credential id is free', async () => {
    const passkey = await inserted()
    const { id, userId, credentialId } = passkey
    await store.remove({ id, userId }, now)
    expect(await store.list(userId)).toEqual([])
    expect(await store.findByCredential(credentialId)).toBeNull()
    expect(await store.noteUse(id, { at: now, signCount: 1, backedUp: false })).toBe(false)
    expect(await store.rename({ id, userId }, 'Again')).toBeNull()
    expect(await store.remove({ id, userId }, now)).toBeNull()
    expect(await store.insert(await newPasskey({ credentialId }))).toBe(true)
  })

  it('counts as another if its RP id is another', async () => {
    const before = await store.countOther('example.com')
    const { id, userId } = await inserted({ rpId: 'example.net' })
    await inserted({ rpId: 'example.com' })
    expect(await store.countOther('example.com')).toBe(before + 1)
    await store.remove({ id, userId }, now)
    expect(await store.countOther('example.com')).toBe(before)
  })
})

describe('a used ceremony', () => {
  it('is used once, of ten that use it at once, and can be removed after it expired', async () => {
    const ceremonies = new PrismaUsedCeremonyStore(database.client)
    const ceremony = { id: randomUUID(), expiresAt: now }
    const used = await Promise.all(Array.from({ length: 10 }, () => ceremonies.use(ceremony)))
    expect(used.filter((done) => done)).toHaveLength(1)
    expect(await ceremonies.purge(now, 10)).toBe(0)
    expect(await ceremonies.use(ceremony)).toBe(false)
    expect(await ceremonies.purge(later, 10)).toBe(1)
  })
})
