import { describe, expect, it } from 'vitest'
import { statementName } from '../../src/adapters/prisma/statement-name.ts'

describe('statementName', () => {
  it.each([
    ['SELECT s.id FROM sessions s WHERE s.id = $1', 'select_sessions'],
    ['SELECT "public"."users"."id" FROM "public"."users" WHERE "public"."users"."id" = $1', 'select_users'],
    ['INSERT INTO "auth"."mail_messages" ("id") VALUES ($1)', 'insert_mail_messages'],
    [
      'WITH s AS (\n  UPDATE sessions s SET generation = $1 RETURNING *\n) SELECT * FROM s',
      'update_sessions',
    ],
    ['WITH u AS (SELECT id FROM users FOR UPDATE) DELETE FROM api_keys k USING u', 'delete_api_keys'],
    ['SELECT id FROM users u WHERE id = $1 FOR NO KEY UPDATE', 'select_users'],
    ['INSERT INTO tenants (id) VALUES ($1) ON CONFLICT DO UPDATE SET id = 1', 'insert_tenants'],
    ['SELECT 1', 'select'],
    ['COMMIT', 'commit'],
    ['EXPLAIN (FORMAT JSON) SELECT 1 FROM sessions', 'explain'],
    ['', 'other'],
  ])('of %j is %s', (sql, name) => {
    expect(statementName(sql)).toBe(name)
    expect(statementName(sql)).toBe(name)
  })

  it('never contains a value of the statement', () => {
    expect(statementName(`SELECT 1 FROM users WHERE email = 'ada@example.com'`)).toBe('select_users')
    expect(statementName(`'UPDATE secret'`)).not.toContain("'")
  })
})
