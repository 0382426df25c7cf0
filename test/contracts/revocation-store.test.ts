import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { PrismaRevocationStore } from '../../src/adapters/prisma/stores/sessions/prisma-revocation-store.ts'
import type { RevocableToken, Revocation } from '../../src/domain/tokens/revocation.ts'
import { type FeedPosition, positionBefore } from '../../src/domain/tokens/revocation-store.ts'
import { openTestDatabase } from '../support/test-database.ts'

const tenantId = '00000000-0000-7000-8000-000000000001'
const now = new Date('2031-02-03T04:05:06.789Z')
const secondsLater = (seconds: number) => new Date(now.getTime() + seconds * 1000)

let database: Database
let store: PrismaRevocationStore
beforeAll(async () => {
  database = await openTestDatabase()
  store = new PrismaRevocationStore(database.client)
})
afterAll(() => database.close())

/** A user with a live session, and the claims of a token of it. */
async function addToken(): Promise<RevocableToken> {
  const [userId, sessionId] = [randomUUID(), randomUUID()]
  await database.client.user.create({ data: { id: userId, tenantId, email: `${userId}@example.org` } })
  await database.client.session.create({
    data: {
      id: sessionId,
      tenantId,
      userId,
      familyHash: new Uint8Array(Buffer.from(sessionId)),
      transport: 'BODY',
      deviceType: 'UNKNOWN',
      idleSeconds: 60,
      authTime: now,
      createdAt: now,
      lastUsedAt: now,
      idleExpiresAt: secondsLater(60),
      expiresAt: secondsLater(120),
    },
  })
  const claims = { userId, sessionId, tokenVersion: 0, tokenId: randomUUID() }
  return { ...claims, tenantId, accessRoles: [], accessVersion: null, issuedAt: now }
}

/** Writes the row of a token as if the database had recorded it at that time. */
async function insertAt(
  tokenId: string,
  recordedAt: Date,
  expiresAt = secondsLater(60),
): Promise<Revocation> {
  const data = { id: randomUUID(), kind: 'TOKEN' as const, jti: tokenId, recordedAt, expiresAt }
  await database.client.revocation.create({ data })
  return { kind: 'TOKEN', tokenId, expiresAt }
}

const listed = async (after: FeedPosition | null, at: Date, limit = 1000) =>
  (await store.listPage(after, at, limit)).map(({ revocation }) => revocation)

describe('listPage', () => {
  it('answers every kind as it was written', async () => {
    const written: Revocation[] = [
      { kind: 'SESSION', sessionId: randomUUID(), expiresAt: secondsLater(60) },
      { kind: 'USER', userId: randomUUID(), minimumTokenVersion: 3, expiresAt: secondsLater(60) },
      { kind: 'TOKEN', tokenId: randomUUID(), expiresAt: secondsLater(60) },
      { kind: 'API_KEY', apiKeyId: randomUUID(), expiresAt: secondsLater(60) },
      { kind: 'ACCESS', tenantId, role: 'editor', minimumAccessVersion: 3, expiresAt: secondsLater(60) },
      { kind: 'ACCESS', tenantId: null, role: null, minimumAccessVersion: 4, expiresAt: secondsLater(60) },
    ]
    const before = await store.readClock()
    for (const revocation of written) await store.insert(revocation)
    expect(await listed(null, now)).toEqual(expect.arrayContaining(written))
    expect(await listed(positionBefore(before), now)).toEqual(expect.arrayContaining(written))
    const after = new Date((await store.readClock()).getTime() + 1)
    for (const revocation of written)
      expect(await listed(positionBefore(after), now)).not.toContainEqual(revocation)
  })

  it('leaves out what was recorded before, and what has expired', async () => {
    const old = await insertAt(randomUUID(), secondsLater(-1))
    const expired = await insertAt(randomUUID(), now, now)
    expect(await listed(null, now)).toContainEqual(old)
    expect(await listed(positionBefore(now), now)).not.toContainEqual(old)
    expect(await listed(null, now)).not.toContainEqual(expired)
  })

  it('goes on after the last row of a page, also among rows of one time', async () => {
    const at = secondsLater(10)
    const ids = Array.from({ length: 7 }, () => randomUUID())
    for (const tokenId of ids) await insertAt(tokenId, at)
    const seen: string[] = []
    let after = positionBefore(at)
    for (let page = await store.listPage(after, now, 3); page.length > 0; ) {
      seen.push(...page.flatMap(({ revocation }) => ('tokenId' in revocation ? [revocation.tokenId] : [])))
      after = page.at(-1)?.position ?? after
      page = await store.listPage(after, now, 3)
    }
    expect(seen.toSorted()).toEqual(ids.toSorted())
  })
})

describe('isRevoked', () => {
  it('accepts a token of a live session', async () => {
    expect(await store.isRevoked(await addToken(), now)).toBe(false)
  })

  it('refuses a token whose session was revoked, rested too long, has ended or never was', async () => {
    const token = await addToken()
    expect(await store.isRevoked(token, secondsLater(60))).toBe(true)
    expect(await store.isRevoked({ ...token, sessionId: randomUUID() }, now)).toBe(true)
    await database.client.session.update({ where: { id: token.sessionId }, data: { revokedAt: now } })
    expect(await store.isRevoked(token, now)).toBe(true)
  })

  it('refuses a token of another user, of a deactivated account or of an older token version', async () => {
    const token = await addToken()
    expect(await store.isRevoked({ ...token, userId: (await addToken()).userId }, now)).toBe(true)
    await database.client.user.update({ where: { id: token.userId }, data: { tokenVersion: 1 } })
    expect(await store.isRevoked(token, now)).toBe(true)
    expect(await store.isRevoked({ ...token, tokenVersion: 1 }, now)).toBe(false)
    await database.client.user.update({ where: { id: token.userId }, data: { active: false } })
    expect(await store.isRevoked({ ...token, tokenVersion: 1 }, now)).toBe(true)
  })

  it('refuses one token that was revoked by its jti, and no other of the session', async () => {
    const token = await addToken()
    await store.insert({ kind: 'TOKEN', tokenId: token.tokenId, expiresAt: secondsLater(60) })
    expect(await store.isRevoked(token, now)).toBe(true)
    expect(await store.isRevoked({ ...token, tokenId: randomUUID() }, now)).toBe(false)
  })
})

describe('isRevoked for a token with roles of the application', () => {
  const holder = async (accessVersion: number | null, accessRoles = ['author', 'editor-2']) => ({
    ...(await addToken()),
    accessRoles,
    accessVersion,
  })
  const change = (given: { tenantId: string | null; role: string | null; minimumAccessVersion: number }) =>
    store.insert({ kind: 'ACCESS', ...given, expiresAt: secondsLater(60) })

  it('refuses those whose role was changed after it was read, also long after the change', async () => {
    await change({ tenantId: null, role: 'editor-2', minimumAccessVersion: 10 })
    await change({ tenantId, role: 'author-of-tenant', minimumAccessVersion: 12 })
    await change({ tenantId: randomUUID(), role: null, minimumAccessVersion: 99 })
    expect(await store.isRevoked(await holder(9), now)).toBe(true)
    expect(await store.isRevoked(await holder(9), secondsLater(59))).toBe(true)
    expect(await store.isRevoked(await holder(10), now)).toBe(false)
    expect(await store.isRevoked(await holder(9, ['author']), now)).toBe(false)
    expect(await store.isRevoked(await holder(11, ['author-of-tenant']), now)).toBe(true)
    expect(await store.isRevoked(await holder(null, []), now)).toBe(false)
  })

  it('refuses every holder after a change of all roles', async () => {
    await change({ tenantId: null, role: null, minimumAccessVersion: 100 })
    expect(await store.isRevoked(await holder(99, ['reader']), now)).toBe(true)
    expect(await store.isRevoked(await holder(null, []), now)).toBe(false)
  })
})

describe('findToken', () => {
  it('returns the first live revocation of a token with the latest expiry, as it was written', async () => {
    const [tokenId, userId, actorId] = [randomUUID(), randomUUID(), randomUUID()]
    const first = {
      tokenId,
      tenantId,
      userId,
      actorId,
      reason: 'leaked',
      revokedAt: now,
      expiresAt: secondsLater(60),
    }
    const later = {
      ...first,
      actorId: null,
      reason: null,
      revokedAt: secondsLater(1),
      expiresAt: secondsLater(90),
    }
    const other = { ...later, tokenId: randomUUID(), tenantId: null, userId: null }
    await store.insertTokens([later, other, first])
    expect(await store.findToken(tokenId, now)).toEqual({ ...first, expiresAt: secondsLater(90) })
    expect(await store.findToken(other.tokenId, now)).toEqual(other)
    expect(await store.findToken(tokenId, secondsLater(60))).toEqual(later)
    expect(await store.findToken(tokenId, secondsLater(90))).toBeNull()
    expect(await store.findToken(randomUUID(), now)).toBeNull()
    const revocation = { kind: 'TOKEN', tokenId, expiresAt: first.expiresAt }
    expect(await listed(null, now)).toEqual(expect.arrayContaining([revocation]))
  })
})
