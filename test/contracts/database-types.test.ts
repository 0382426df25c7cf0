import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { openTestDatabase } from '../support/test-database.ts'

const tenantId = '00000000-0000-7000-8000-000000000001'
const id = '0198f000-0000-7000-8000-000000000001'
const at = new Date('2026-01-02T03:04:05.678Z')
const bytes = new Uint8Array([0, 1, 255])

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
  const { client } = database
  await client.user.create({ data: { id, tenantId, email: 'a@example.org', preferences: { a: [1, 'x'] } } })
  const times = { authTime: at, createdAt: at, lastUsedAt: at, idleExpiresAt: at, expiresAt: at }
  const device = { deviceType: 'desktop', ipAddress: '2001:db8::1', transport: 'HYBRID' as const }
  const rest = { idleSeconds: 60, amr: ['pwd', 'o,t"p'], familyHash: bytes }
  await client.session.create({ data: { id, tenantId, userId: id, ...times, ...device, ...rest } })
})

afterAll(() => database.close())

describe('the database', () => {
  it('begins with the default tenant', async () => {
    await expect(database.client.tenant.findMany({ select: { id: true, slug: true } })).resolves.toEqual([
      { id: tenantId, slug: 'default' },
    ])
  })

  it('gives the typed client what it was given', async () => {
    const session = await database.client.session.findFirstOrThrow({
      where: { familyHash: bytes },
      include: { user: { select: { preferences: true } } },
    })
    expect(session).toMatchObject({ familyHash: bytes, authTime: at, ipAddress: '2001:db8::1' })
    expect(session).toMatchObject({ amr: ['pwd', 'o,t"p'], transport: 'HYBRID', generation: 0 })
    expect(session.user.preferences).toEqual({ a: [1, 'x'] })
  })

  it('gives raw queries the same types on every backend', async () => {
    const rows = await database.client.$queryRaw`
      SELECT s.id, s.family_hash, s.auth_time, s.amr, s.transport, s.generation, s.ip_address, s.revoked_at,
             u.preferences, u.active, count(*) OVER () AS total
      FROM sessions s JOIN users u ON u.id = s.user_id
      WHERE s.id = ${id}::uuid AND s.family_hash = ${bytes} AND s.auth_time = ${at} AND s.id = ANY(${[id]}::uuid[])`
    const row = {
      id,
      family_hash: bytes,
      auth_time: at,
      amr: ['pwd', 'o,t"p'],
      transport: 'HYBRID',
      generation: 0,
    }
    const rest = {
      ip_address: '2001:db8::1',
      revoked_at: null,
      preferences: { a: [1, 'x'] },
      active: true,
      total: 1n,
    }
    expect(rows).toEqual([{ ...row, ...rest }])
  })

  it('takes every type as a parameter of a raw write', async () => {
    const rows = await database.client.$queryRaw`
      UPDATE sessions SET generation = generation + ${1}, rotated_by = ${bytes}, previous_at = ${at},
        ip_address = ${'10.0.0.1'}::inet, device_name = ${null}, amr = ${[]}::text[], transport = ${'BODY'}::token_transport,
        idle_expires_at = LEAST(expires_at, ${at}::timestamptz + idle_seconds * interval '1 second')
      WHERE family_hash = ${bytes} AND generation = ${0}
      RETURNING generation, rotated_by, previous_at, ip_address, device_name, amr, transport, idle_expires_at`
    const row = {
      generation: 1,
      rotated_by: bytes,
      previous_at: at,
      ip_address: '10.0.0.1',
      device_name: null,
    }
    expect(rows).toEqual([{ ...row, amr: [], transport: 'BODY', idle_expires_at: at }])
  })

  it('reads and writes times in UTC', async () => {
    const rows = await database.client.$queryRaw`SELECT current_setting('timezone') AS zone`
    expect(rows).toEqual([{ zone: 'UTC' }])
  })
})

describe('migrations', () => {
  it('are all applied, and applying them again does nothing', async () => {
    await expect(database.pendingMigrations()).resolves.toEqual([])
    await expect(database.migrate()).resolves.toEqual([])
  })
})
