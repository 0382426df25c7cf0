import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { selectAuditPage } from '../../src/adapters/prisma/stores/audit/audit-page.ts'
import type { AuditFilter } from '../../src/domain/audit/audit-store.ts'
import { openTestDatabase } from '../support/test-database.ts'

const defaultTenant = '00000000-0000-7000-8000-000000000001'
const userId = randomUUID()
let database: Database
beforeAll(async () => {
  database = await openTestDatabase()
  // Most of them are of one kind, from one address; nothing that is asked for below is among the newest.
  await database.client.$executeRaw`
    INSERT INTO audit_events (id, tenant_id, type, user_id, ip_address, created_at)
    SELECT (lpad(to_hex(n), 12, '0') || '70008000000000000000')::uuid, ${defaultTenant}::uuid,
      CASE WHEN n % 5 = 0 AND n < 5000 THEN 'LOGIN_FAILED' ELSE 'TOKEN_REFRESHED' END,
      CASE WHEN n % 4 = 0 AND n < 5000 THEN ${userId}::uuid ELSE gen_random_uuid() END,
      CASE WHEN n % 3 = 0 AND n < 5000 THEN '203.0.113.1'::inet ELSE '203.0.113.2' END, to_timestamp(n / 1000.0)
    FROM generate_series(1, 20000) AS n`
  await database.client.$executeRaw`ANALYZE audit_events`
})
afterAll(() => database.close())

async function planOf(asked: Partial<AuditFilter>, from: 'newest' | 'oldest'): Promise<string> {
  const everything = { userId: null, types: null, ipAddress: null, from: null, to: null }
  const filter = { tenantId: defaultTenant, ...everything, ...asked }
  const query = selectAuditPage(filter, { after: null, before: null, limit: 21, from })
  const explain = query.strings.map((part, index) => (index === 0 ? `EXPLAIN ${part}` : part))
  const rows = await database.client.$queryRaw<Record<string, string>[]>(
    Object.assign(explain, { raw: explain }),
    ...query.values,
  )
  return rows.map((row) => Object.values(row)[0]).join('\n')
}

const time = { from: new Date(1000), to: new Date(2000) }
const cases: [Partial<AuditFilter>, index: string][] = [
  [{}, 'audit_events_tenant_idx'],
  [{ userId }, 'audit_events_user_idx'],
  [{ types: ['LOGIN_FAILED'] }, 'audit_events_rare_type_idx'],
  [{ types: ['API_KEY_REVOKED', 'TOKEN_REFRESHED'] }, 'audit_events_rare_type_idx'],
  [{ types: ['TOKEN_REFRESHED'] }, 'audit_events_tenant_idx'],
  [{ ipAddress: '203.0.113.1' }, 'audit_events_ip_address_idx'],
  [{ ipAddress: '203.0.113.9', types: ['LOGIN_FAILED'] }, 'audit_events_ip_address_idx'],
]

describe('a page of the audit log', () => {
  it.each(cases)('with %j walks an index of its own, from either end', async (asked, index) => {
    for (const from of ['newest', 'oldest'] as const) {
      const plan = await planOf(asked, from)
      expect(plan).toContain(index)
      expect(plan).not.toMatch(/Seq Scan on audit_events|audit_events_pkey/)
    }
  })

  it.each(cases)('with %j and a span of time reads no table from end to end', async (asked) => {
    expect(await planOf({ ...asked, ...time }, 'newest')).not.toMatch(/Seq Scan on audit_events/)
  })
})
