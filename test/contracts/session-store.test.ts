import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { PrismaSessionStore } from '../../src/adapters/prisma/stores/prisma-session-store.ts'
import { openTestDatabase } from '../support/test-database.ts'

const tenantId = '00000000-0000-7000-8000-000000000001'
const now = new Date('2031-02-03T04:05:06.789Z')
const secondsLater = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const freshHash = () => new Uint8Array(randomBytes(32))

let database: Database
let store: PrismaSessionStore
beforeAll(async () => {
  database = await openTestDatabase()
  store = new PrismaSessionStore(database.client)
})
afterAll(() => database.close())

/** A session at its third generation, within its grace window. */
async function addSession(data: object = {}, userId: string = randomUUID()) {
  await database.client.user.upsert({
    where: { id: userId },
    create: { id: userId, tenantId, email: `${userId}@example.org` },
    update: {},
  })
  const id = randomUUID()
  await database.client.session.create({
    data: {
      id,
      tenantId,
      userId,
      familyHash: freshHash(),
      generation: 2,
      previousAt: secondsLater(-1),
      transport: 'BODY',
      deviceType: 'UNKNOWN',
      idleSeconds: 60,
      authTime: secondsLater(-30),
      createdAt: secondsLater(-30),
      lastUsedAt: secondsLater(-30),
      idleExpiresAt: secondsLater(30),
      expiresAt: secondsLater(120),
      ...data,
    },
  })
  return { id, userId }
}

const rowOf = (id: string) => database.client.session.findUniqueOrThrow({ where: { id } })

describe('renewFamily', () => {
  const renew = async (sessionId: string) => {
    const familyHash = freshHash()
    return { renewed: await store.renewFamily({ sessionId, familyHash, authTime: now }), familyHash }
  }

  it('moves a live session to a new family at generation 0, with the new proof and no grace window', async () => {
    const { id } = await addSession()
    const before = await rowOf(id)
    const { renewed, familyHash } = await renew(id)
    expect(renewed).toBe(true)
    const after = await rowOf(id)
    expect(after).toMatchObject({ generation: 0, previousAt: null, rotatedBy: null, authTime: now })
    expect(Buffer.from(after.familyHash)).toEqual(Buffer.from(familyHash))
    const { createdAt, idleExpiresAt, expiresAt } = before
    expect(after).toMatchObject({ createdAt, idleExpiresAt, expiresAt })
  })

  it('leaves no session under the old family', async () => {
    const { id } = await addSession()
    const { familyHash: old } = await rowOf(id)
    const { familyHash } = await renew(id)
    expect(await store.findByFamily(new Uint8Array(old), now)).toBeNull()
    expect((await store.findByFamily(familyHash, now))?.session.id).toBe(id)
  })

  it.each([
    { what: 'was revoked', data: { revokedAt: secondsLater(-1), revokedReason: 'LOGOUT' } },
    { what: 'has been idle for too long', data: { idleExpiresAt: now } },
    { what: 'has expired', data: { expiresAt: now } },
  ])('returns false and changes nothing for a session that $what', async ({ data }) => {
    const { id } = await addSession(data)
    const before = await rowOf(id)
    expect((await renew(id)).renewed).toBe(false)
    expect(await rowOf(id)).toEqual(before)
  })

  it('returns false for an unknown session', async () => {
    expect((await renew(randomUUID())).renewed).toBe(false)
  })

  it('changes no other session of the user', async () => {
    const { id, userId } = await addSession()
    const other = await addSession({}, userId)
    const before = await rowOf(other.id)
    await renew(id)
    expect(await rowOf(other.id)).toEqual(before)
  })
})
