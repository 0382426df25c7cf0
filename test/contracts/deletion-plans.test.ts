import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { Prisma } from '../../src/adapters/prisma/generated/client.ts'
import {
  forgetAlerts,
  forgetTokensOfOthers,
} from '../../src/adapters/prisma/stores/accounts/forgotten-mentions.ts'
import { openTestDatabase } from '../support/test-database.ts'

const defaultTenant = '00000000-0000-7000-8000-000000000001'
const userId = randomUUID()
let database: Database
beforeAll(async () => {
  database = await openTestDatabase()
  await database.client.$executeRaw`
    INSERT INTO users (id, tenant_id, email, created_at, updated_at)
    SELECT CASE WHEN n = 0 THEN ${userId}::uuid ELSE gen_random_uuid() END, ${defaultTenant}::uuid,
      'user' || n || '@example.com', now(), now() FROM generate_series(0, 500) AS n`
  await database.client.$executeRaw`
    INSERT INTO one_time_tokens (id, purpose, digest, email, created_at, expires_at)
    SELECT gen_random_uuid(), 'CHANGE_EMAIL', sha256(n::text::bytea), 'user' || n || '@example.com', now(), now()
    FROM generate_series(0, 5000) AS n`
  await database.client.$executeRaw`
    INSERT INTO operator_alerts (id, kind, window_start, window_end, details)
    SELECT gen_random_uuid(), 'TEST', to_timestamp(n), to_timestamp(n),
      jsonb_build_object('userId', gen_random_uuid(), 'sessionId', gen_random_uuid())
    FROM generate_series(1, 5000) AS n`
  for (const table of ['users', 'one_time_tokens', 'operator_alerts'])
    await database.client.$executeRaw`ANALYZE ${Prisma.raw(table)}`
})
afterAll(() => database.close())

async function planOf(statement: Prisma.Sql): Promise<string> {
  const rows = await database.client.$queryRaw<Record<string, string>[]>(Prisma.sql`EXPLAIN ${statement}`)
  return rows.map((row) => Object.values(row)[0]).join('\n')
}

describe('the deletion of an account', () => {
  it('finds the tokens of others for its address by an index', async () => {
    const plan = await planOf(forgetTokensOfOthers(userId, Prisma.sql`TRUE`))
    expect(plan).toContain('one_time_tokens_email_idx')
    expect(plan).not.toContain('Seq Scan on one_time_tokens')
  })

  it('finds alerts about the user and about their sessions by an index each', async () => {
    const plan = await planOf(forgetAlerts(userId, Prisma.sql`TRUE`))
    expect(plan).toContain('operator_alerts_user_id_idx')
    expect(plan).toContain('operator_alerts_session_id_idx')
    expect(plan).not.toContain('Seq Scan on operator_alerts')
  })
})
