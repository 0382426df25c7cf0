import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { estimateLiveSessions } from '../../src/adapters/prisma/stores/sessions/live-sessions.ts'
import { PrismaSessionStore } from '../../src/adapters/prisma/stores/sessions/prisma-session-store.ts'
import { selectPastSessions } from '../../src/adapters/prisma/stores/sessions/session-rows.ts'
import type { Proof } from '../../src/domain/sessions/assurance.ts'
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

describe('the number of live sessions', () => {
  it('is counted in a small table, and estimated in a large one', async () => {
    const before = await store.estimateLive(now)
    for (let n = 0; n < 4; n += 1) await addSession()
    await addSession({ revokedAt: now })
    await addSession({ idleExpiresAt: now })
    expect(await store.estimateLive(now)).toBe(before + 4)
    await database.client.$executeRaw`ANALYZE sessions`
    const estimate = await estimateLiveSessions(database.client, now, 0)
    expect(estimate).toBeGreaterThan(0)
    expect(estimate).toBeLessThan(100)
  })
})

const rowOf = (id: string) => database.client.session.findUniqueOrThrow({ where: { id } })

describe('renewFamily', () => {
  const renew = async (sessionId: string, proof: Proof = 'PASSWORD') => {
    const familyHash = freshHash()
    const renewed = await store.renewFamily({ sessionId, familyHash, proof, now })
    return { renewed: renewed?.session ?? null, familyHash }
  }

  it('moves a live session to a new family at generation 0, with the new proof and no grace window', async () => {
    const { id } = await addSession()
    const before = await rowOf(id)
    const { renewed, familyHash } = await renew(id)
    expect(renewed).toMatchObject({ id, generation: 0, authTime: now })
    const after = await rowOf(id)
    expect(after).toMatchObject({ generation: 0, previousAt: null, rotatedBy: null, authTime: now })
    expect(Buffer.from(after.familyHash)).toEqual(Buffer.from(familyHash))
    const { createdAt, idleExpiresAt, expiresAt } = before
    expect(after).toMatchObject({ createdAt, idleExpiresAt, expiresAt })
  })

  const earlier = secondsLater(-30)
  it.each([
    { proof: 'PASSWORD', amr: ['pwd'], authTime: now, secondFactorAt: null },
    { proof: 'TOTP', amr: ['pwd', 'otp', 'mfa'], authTime: earlier, secondFactorAt: now },
    { proof: 'RECOVERY_CODE', amr: ['pwd', 'otp', 'mfa'], authTime: earlier, secondFactorAt: now },
    { proof: 'PASSKEY', amr: ['pwd', 'pop', 'user', 'mfa'], authTime: now, secondFactorAt: now },
  ] as const)('adds the methods of a proof ($proof) and renews its times', async ({ proof, ...proven }) => {
    const { id } = await addSession({ amr: ['pwd'] })
    expect((await renew(id, proof)).renewed).toMatchObject(proven)
    expect(await rowOf(id)).toMatchObject(proven)
  })

  it('keeps each method once, in the order of the API, with those that it does not know at the end', async () => {
    const { id } = await addSession({ amr: ['later', 'pop', 'user', 'mfa'], secondFactorAt: earlier })
    const amr = ['pwd', 'pop', 'user', 'mfa', 'later']
    expect((await renew(id)).renewed).toMatchObject({ amr, authTime: now, secondFactorAt: earlier })
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
  ])('returns null and changes nothing for a session that $what', async ({ data }) => {
    const { id } = await addSession(data)
    const before = await rowOf(id)
    expect((await renew(id)).renewed).toBeNull()
    expect(await rowOf(id)).toEqual(before)
  })

  it('returns null for an unknown session', async () => {
    expect((await renew(randomUUID())).renewed).toBeNull()
  })

  it('changes no other session of the user', async () => {
    const { id, userId } = await addSession()
    const other = await addSession({}, userId)
    const before = await rowOf(other.id)
    await renew(id)
    expect(await rowOf(other.id)).toEqual(before)
  })
})

describe('liftDeadline', () => {
  it('changes a live session that ends at the deadline of its user, and no other', async () => {
    const enrolFactorBy = secondsLater(90)
    const { id, userId } = await addSession({ expiresAt: enrolFactorBy })
    const longer = await addSession({}, userId)
    const sibling = await addSession({ expiresAt: enrolFactorBy }, userId)
    const ended = await addSession({ expiresAt: enrolFactorBy, revokedAt: now }, userId)
    const stranger = await addSession({ expiresAt: enrolFactorBy })
    await database.client.user.update({ where: { id: userId }, data: { enrolFactorBy } })
    const others = [longer, sibling, ended, stranger]
    const before = await Promise.all(others.map((other) => rowOf(other.id)))
    for (const one of [id, longer.id, ended.id, stranger.id])
      await store.liftDeadline(one, secondsLater(3600), now)
    expect(await rowOf(id)).toMatchObject({ expiresAt: secondsLater(3600), idleExpiresAt: secondsLater(60) })
    expect(await Promise.all(others.map((other) => rowOf(other.id)))).toEqual(before)
    await store.endBy(userId, enrolFactorBy)
    await store.liftDeadline(id, secondsLater(95), secondsLater(45))
    expect(await rowOf(id)).toMatchObject({ expiresAt: secondsLater(95), idleExpiresAt: secondsLater(95) })
  })
})

describe('noteUses', () => {
  const seenOf = async (id: string) => (await rowOf(id)).seenGeneration
  const use = (sessionId: string, provenAt: Date) => ({ sessionId, generation: 0, provenAt, usedAt: now })

  it('tells the families of a session apart by their last proof, also if only the second factor was renewed', async () => {
    const { id } = await addSession({ amr: ['pwd'], generation: 0 })
    await store.renewFamily({ sessionId: id, familyHash: freshHash(), proof: 'TOTP', now })
    await store.noteUses([use(id, secondsLater(-30))])
    expect(await seenOf(id)).toBeNull()
    await store.noteUses([use(id, now)])
    expect(await seenOf(id)).toBe(0)
  })
})

describe('a user with many ended sessions', () => {
  const planOf = async (statement: ReturnType<typeof selectPastSessions>) => {
    const query = statement.toSql()
    const explain = query.strings.map((part, index) => (index === 0 ? `EXPLAIN ${part}` : part))
    const rows = await database.client.$queryRaw<Record<string, string>[]>(
      Object.assign(explain, { raw: explain }),
      ...query.values,
    )
    return rows.map((row) => Object.values(row)[0]).join('\n')
  }

  it('has indexes for live and for ended ones, which the past sessions of a login are merged from', async () => {
    const { userId } = await addSession()
    await database.client.$executeRaw`
      INSERT INTO sessions (id, tenant_id, user_id, family_hash, transport, device_type, idle_seconds, auth_time, created_at,
        last_used_at, idle_expires_at, expires_at, revoked_at)
      SELECT gen_random_uuid(), ${tenantId}::uuid, ${userId}::uuid, sha256(n::text::bytea), 'BODY', 'UNKNOWN', 60, ${now}, ${now},
        ${now}, ${now}, ${now}, ${now} FROM generate_series(1, 5000) AS n`
    await database.client.$executeRaw`ANALYZE sessions`
    const plan = await planOf(selectPastSessions(userId, 50))
    expect(plan).toContain('sessions_owner_idx')
    expect(plan).toContain('sessions_ended_idx')
    expect(plan).not.toContain('Seq Scan')
    expect(await store.listPast(userId, 50)).toHaveLength(50)
    const page = { after: null, before: null, limit: 21, from: 'newest' } as const
    expect(await store.listLive(userId, page, now)).toHaveLength(1)
  })
})
