import { spawnSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { backupPage, documented, runShell } from '../support/documented-commands.ts'
import {
  askLogin,
  rotate,
  type SignedIn,
  signIn,
  signUp,
  tryLogout,
  tryRefresh,
  whoIs,
} from '../support/people.ts'
import { createTestApp, freshEmail, type TestApp } from '../support/test-app.ts'
import { createServerDatabase, patientLimits } from '../support/test-database.ts'

const secrets = { MASTER_KEY: randomBytes(32).toString('base64') }

function open(url: string): Database {
  const options = { url, directUrl: url, poolMin: 0, poolMax: 5, logger: silentLogger, limits: patientLimits }
  return openPostgresDatabase(options)
}

interface Before {
  readonly refreshed: SignedIn
  readonly newest: string
  readonly late: SignedIn
  readonly ended: SignedIn
  readonly revokedToken: string
  readonly missing: string
}

/** What happens before and after the moment of the dump. */
async function live(test: TestApp, dump: () => Promise<void>): Promise<Before> {
  const refreshed = await signUp(test.actor())
  const ended = await signUp(test.actor())
  const first = await rotate(refreshed.actor, refreshed.refreshToken)
  await dump()
  const newest = await rotate(refreshed.actor, await rotate(refreshed.actor, first))
  const late = await signIn(test.actor(), refreshed.email)
  await tryLogout(ended.actor, ended.accessToken)
  const missing = freshEmail()
  await signUp(test.actor(), { email: missing })
  expect(await whoIs(ended.actor, ended.accessToken)).toBe('TOKEN_REVOKED')
  return { refreshed, newest, late, ended, revokedToken: ended.accessToken, missing }
}

describe.skipIf(spawnSync('pg_dump', ['--version']).error !== undefined)('a restored dump', () => {
  let folder: string
  let source: Awaited<ReturnType<typeof createServerDatabase>>
  let before: Before
  const restored: string[] = []
  const keysOf = (test: TestApp) => test.database.client.signingKey.findMany({ orderBy: { id: 'asc' } })
  let keys: Awaited<ReturnType<typeof keysOf>>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-backup-'))
    source = await createServerDatabase()
    const database = open(source.url)
    const test = await createTestApp({ database, env: secrets })
    before = await live(test, () =>
      runShell(documented(backupPage, 'pg_dump'), {
        BACKUP_FILE: join(folder, 'dump'),
        DATABASE_URL: source.url,
      }),
    )
    keys = await keysOf(test)
    await test.close()
    await database.close()
  })
  afterAll(async () => {
    const admin = new Client({ connectionString: inject('postgresServer')?.url ?? '' })
    await admin.connect()
    for (const name of restored) await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)
    await admin.end()
    await source.drop()
    await rm(folder, { recursive: true, force: true })
  })

  /** A service on the restored database. */
  async function restore(sql: string | null, work: (test: TestApp) => Promise<void>): Promise<void> {
    const server = inject('postgresServer')
    if (server === null) throw new Error('These tests require a PostgreSQL server.')
    const name = `${server.prefix}${process.pid}_${randomUUID().slice(0, 8)}`
    restored.push(name)
    const url = Object.assign(new URL(server.url), { pathname: `/${name}` }).href
    await runShell(documented(backupPage, 'createdb'), {
      ADMIN_DATABASE_URL: server.url,
      RESTORED_NAME: name,
      RESTORED_DATABASE_URL: url,
      BACKUP_FILE: join(folder, 'dump'),
    })
    const client = new Client({ connectionString: url })
    await client.connect()
    if (sql !== null) await client.query(sql)
    await client.end()
    const database = open(url)
    expect(await database.migrate()).toEqual([])
    const test = await createTestApp({ database, env: secrets })
    await work(test).finally(async () => {
      await test.close()
      await database.close()
    })
  }

  it('serves with the same keys; sessions go on, and what ended since the dump has come back', async () => {
    await restore(null, async (test) => {
      const { refreshed, newest, late, ended, revokedToken, missing } = before
      expect((await keysOf(test)).map(({ id }) => id)).toEqual(keys.map(({ id }) => id))
      expect(await whoIs(test.actor(), refreshed.accessToken)).toBe(refreshed.userId)
      expect((await askLogin(test.actor(), refreshed.email)).__typename).toBe('LoginSuccess')
      expect((await askLogin(test.actor(), missing)).__typename).toBe('InvalidCredentialsProblem')
      await rotate(test.actor(), newest)
      const ahead = { where: { reason: 'REFRESH_TOKEN_AHEAD', userId: refreshed.userId } }
      expect(await test.database.client.auditEvent.count(ahead)).toBe(1)
      const unknown = (await tryRefresh(test.actor(), late.refreshToken)).data.refresh
      expect(unknown.__typename).toBe('InvalidRefreshTokenProblem')
      expect(await whoIs(test.actor(), late.accessToken)).toBe(refreshed.userId)
      expect(await whoIs(test.actor(), revokedToken)).toBe(ended.userId)
      await rotate(test.actor(), ended.refreshToken)
    })
  })

  it('accepts no session and no access token of before with the documented statements', async () => {
    await restore(documented(backupPage, 'BEGIN'), async (test) => {
      const { refreshed, newest, late, ended, revokedToken } = before
      for (const token of [refreshed.accessToken, late.accessToken, revokedToken])
        expect(await whoIs(test.actor(), token)).toBe('TOKEN_REVOKED')
      for (const token of [newest, late.refreshToken, ended.refreshToken]) {
        const { refresh } = (await tryRefresh(test.actor(), token)).data
        expect(refresh.__typename).toBe('InvalidRefreshTokenProblem')
      }
      test.clock.advance(2)
      const again = await signIn(test.actor(), refreshed.email)
      expect(await whoIs(test.actor(), again.accessToken)).toBe(refreshed.userId)
    })
  })
})
