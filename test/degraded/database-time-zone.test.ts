import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { Actor } from '../support/actor.ts'
import { askLogin, askRefresh, rotate, signIn, signUp, tryLogout } from '../support/people.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'
import { createServerDatabase, patientLimits } from '../support/test-database.ts'

const timesDocument = `query {
  me { createdAt }
  sessions(first: 10) { nodes { createdAt lastUsedAt expiresAt } }
  securityEvents(first: 50) { nodes { type createdAt } }
}`

interface Setting {
  /** Settings of the database and of the role in it, in a zone with daylight saving time and one with half hours. */
  readonly database?: string
  readonly role?: string
  /** A pooler that drops start-up parameters. */
  readonly pooled?: boolean
}

/** Everything that the service answers and stores while it does the same on a database with other settings. */
async function observe({ database: zone, role, pooled = false }: Setting): Promise<unknown> {
  const { url, drop } = await createServerDatabase()
  const name = new URL(url).pathname.slice(1)
  const admin = new Client({ connectionString: url, options: '-c timezone=UTC' })
  await admin.connect()
  const set = async (target: string, value: string | undefined) => {
    await admin.query(
      `ALTER ${target} ${value === undefined ? 'RESET timezone' : `SET timezone = '${value}'`}`,
    )
  }
  const roleHere = `ROLE CURRENT_USER IN DATABASE "${name}"`
  await set(`DATABASE "${name}"`, zone)
  await set(roleHere, role)
  const directUrl = pooled ? `${url}?application_name=direct` : url
  const database = openPostgresDatabase({
    url,
    directUrl,
    poolMin: 0,
    poolMax: 5,
    logger: silentLogger,
    limits: patientLimits,
  })
  const test = await createTestApp({ database, env: { LOCKOUT_THRESHOLD: '3' } })
  try {
    return await useEverything(test, admin)
  } finally {
    await test.close()
    await database.close()
    await set(`DATABASE "${name}"`, undefined)
    await set(roleHere, undefined)
    await admin.end()
    await drop()
  }
}

async function useEverything(test: TestApp, admin: Client): Promise<unknown> {
  const startMs = test.clock.now().getTime()
  const seen: unknown[] = []
  const note = (value: unknown) => seen.push(JSON.parse(JSON.stringify(value), relativeTo(startMs)))
  const ada = await signUp(test.actor())
  test.clock.advance(600)
  const second = await signIn(test.actor(), ada.email)
  const refreshed = await rotate(ada.actor, ada.refreshToken)
  // The answer was lost: the same device gets the present token for some seconds.
  note((await askRefresh(ada.actor, ada.refreshToken)).__typename)
  await tryLogout(second.actor, second.accessToken)
  note((await ada.actor.ask(timesDocument, {}, Actor.bearer(ada.accessToken))).data)
  for (let tries = 0; tries < 4; tries += 1)
    note(await askLogin(test.actor(), ada.email, { password: `${goodPassword}x` }))
  test.clock.advance(3600)
  note((await askLogin(test.actor(), ada.email)).__typename)
  await test.app.stop()
  note(await storedTimes(admin, startMs))
  note(await test.app.jobs.purgeExpired())
  note(await counts(admin))
  test.clock.advance(6 * 86_400)
  const third = await rotate(ada.actor, refreshed)
  test.clock.advance(31 * 86_400)
  note((await askRefresh(ada.actor, third)).__typename)
  note(await test.app.jobs.purgeExpired())
  note(await counts(admin))
  return seen
}

/** Replaces times, to the second, by their distance from the start of the test. */
function relativeTo(startMs: number) {
  return (_name: string, value: unknown) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(value)
      ? Math.round((Date.parse(value) - startMs) / 1000)
      : value
}

async function timeColumns(admin: Client): Promise<readonly { table: string; column: string }[]> {
  const { rows } = await admin.query(
    `SELECT table_name AS "table", column_name AS "column", data_type AS type FROM information_schema.columns
     WHERE table_schema = 'public' AND data_type LIKE 'time%' ORDER BY 1, 2`,
  )
  expect(new Set(rows.map(({ type }) => type))).toEqual(new Set(['timestamp with time zone']))
  return rows
}

/** Every stored time in seconds after the start of the test, except those that the migrations wrote. */
async function storedTimes(admin: Client, startMs: number): Promise<unknown> {
  const stored: Record<string, unknown> = {}
  for (const { table, column } of await timeColumns(admin)) {
    const { rows } = await admin.query(
      `SELECT round(extract(epoch FROM "${column}") - $1)::int AS seconds FROM "${table}"
       WHERE abs(extract(epoch FROM "${column}") - $1) < 400 * 86400 ORDER BY 1`,
      [startMs / 1000],
    )
    if (!isFromServer(table, column)) stored[`${table}.${column}`] = rows.map(({ seconds }) => seconds)
    // Of the clock of the server, which goes on by itself, or of when the database was prepared. The nearest zone is 2.5 h away.
    else for (const { seconds } of rows) expect(Math.abs(seconds)).toBeLessThan(7200)
  }
  return stored
}

function isFromServer(table: string, column: string): boolean {
  return (
    ['recorded_at', 'previous_at'].includes(column) ||
    ['tenants', '_prisma_migrations', 'finished_tasks'].includes(table)
  )
}

async function counts(admin: Client): Promise<unknown> {
  const { rows } = await admin.query(
    `SELECT (SELECT count(*) FROM sessions) AS sessions, (SELECT count(*) FROM revocations) AS revocations,
      (SELECT count(*) FROM audit_events) AS events, (SELECT count(*) FROM one_time_tokens) AS tokens`,
  )
  return rows
}

describe('the time zone of a database, of a role and of a pooler that ignores start-up parameters', () => {
  it('changes neither what is stored nor what is answered', async () => {
    const plain = await observe({})
    expect(plain).toContainEqual('RefreshSuccess')
    const settings: readonly Setting[] = [
      { database: 'Pacific/Auckland' },
      { database: 'Pacific/Auckland', role: 'America/St_Johns', pooled: true },
    ]
    for (const setting of settings) expect(await observe(setting), JSON.stringify(setting)).toEqual(plain)
  })
})
