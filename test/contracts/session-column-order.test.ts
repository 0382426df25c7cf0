import { readFile } from 'node:fs/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createServerDatabase } from '../support/test-database.ts'

const migration = new URL(
  '../../prisma/migrations/20261129041500_session_column_order/migration.sql',
  import.meta.url,
)
const addSession = `
  WITH owner AS (
    INSERT INTO users (id, tenant_id, email, updated_at) SELECT gen_random_uuid(), id, 'ada@example.com', now() FROM tenants LIMIT 1
    RETURNING id, tenant_id)
  INSERT INTO sessions (id, tenant_id, user_id, family_hash, transport, device_type, idle_seconds, auth_time, amr, created_at,
    last_used_at, idle_expires_at, expires_at)
  SELECT gen_random_uuid(), tenant_id, id, 'hash', 'BODY', 'DESKTOP', 60, now(), '{pwd}', now(), now(), now(), now() FROM owner`

describe.runIf(inject('backend') === 'servers')('the migration that orders the columns of sessions', () => {
  let client: Client
  let script: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    const database = await createServerDatabase()
    client = new Client({ connectionString: database.url })
    drop = database.drop
    await client.connect()
    script = await readFile(migration, 'utf8')
  })
  afterAll(async () => {
    await client.end()
    await drop()
  })

  /** Numbers of the columns, by name: a column that is created again gets another one. */
  async function columns(): Promise<Map<string, number>> {
    const { rows } = await client.query<{ name: string; place: number }>(
      `SELECT attname AS name, attnum::int AS place FROM pg_attribute
       WHERE attrelid = 'sessions'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    )
    return new Map(rows.map(({ name, place }) => [name, place]))
  }

  it('has left no column of a fixed length behind one of variable length', async () => {
    const { rows } = await client.query<{ isFixed: boolean }>(
      `SELECT attlen > 0 AS "isFixed" FROM pg_attribute
       WHERE attrelid = 'sessions'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    )
    const fixed = rows.map(({ isFixed }) => isFixed)
    expect(fixed).toEqual(fixed.toSorted((a, b) => Number(b) - Number(a)))
  })

  it('creates columns again in an empty table, with the same definitions and indexes', async () => {
    const definition = `
      SELECT column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_name = 'sessions' ORDER BY column_name`
    const indexes = `SELECT indexdef FROM pg_indexes WHERE tablename = 'sessions' ORDER BY indexname`
    const before = [await client.query(definition), await client.query(indexes), await columns()] as const
    await client.query(script)
    expect((await client.query(definition)).rows).toEqual(before[0].rows)
    expect((await client.query(indexes)).rows).toEqual(before[1].rows)
    expect((await columns()).get('family_hash')).not.toBe(before[2].get('family_hash'))
  })

  it('changes no column that a view of the operator uses', async () => {
    await client.query('CREATE VIEW devices AS SELECT device_type FROM sessions')
    const before = await columns()
    await client.query(script)
    expect(await columns()).toEqual(before)
    await client.query('DROP VIEW devices')
  })

  it('changes no column of a table with a session', async () => {
    await client.query(addSession)
    const before = await columns()
    await client.query(script)
    expect(await columns()).toEqual(before)
    expect((await client.query('SELECT family_hash FROM sessions')).rows).toHaveLength(1)
  })
})
