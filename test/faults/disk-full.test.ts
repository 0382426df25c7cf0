import { appendFile, rm } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  openPostgresDatabase,
  type PostgresDatabase,
} from '../../src/adapters/prisma/server/postgres-database.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { registerDocument } from '../support/operations.ts'
import { signUp, tryMe } from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'
import { reportFault } from './support/fault-report.ts'
import { isRoot, OwnPostgres } from './support/own-postgres.ts'

/** With the tables of an empty database, some megabytes are left. */
const diskMegabytes = 100
const block = Buffer.alloc(64 * 1024, 1)

let server: OwnPostgres
let database: PostgresDatabase
let test: TestApp

beforeEach(async () => {
  if (!isRoot) return
  server = await OwnPostgres.startOnDisk(diskMegabytes)
  const options = { url: server.url, directUrl: server.url, poolMin: 0, poolMax: 10, logger: silentLogger }
  database = openPostgresDatabase(options)
  await database.migrate()
  test = await createTestApp({ database })
})
afterEach(async () => {
  if (!isRoot) return
  await test.close()
  await database.close()
  await server.remove()
})

async function fillDisk(): Promise<void> {
  for (;;) {
    const error = await appendFile(server.fillerPath, block).catch((reason: unknown) => reason)
    if (error === undefined) continue
    expect(error).toMatchObject({ code: 'ENOSPC' })
    return
  }
}

const register = (email: string) =>
  test.actor().ask(registerDocument, { input: { email, password: goodPassword } })

// A small disk has to be mounted.
describe.runIf(isRoot)('F19: the disk of the database is full', () => {
  it('refuses registrations as a whole, serves reads, and goes on once there is room', async () => {
    const ada = await signUp(test.actor())
    await fillDisk()
    let [calls, registered, refused] = [0, 0, 0]
    while (refused < 10) {
      const reason = reasonOf(await register(freshEmail()))
      calls += 1
      if (reason === 'ok') registered += 1
      else {
        expect(reason).toBe('UNAVAILABLE')
        refused += 1
      }
      expect(reasonOf(await tryMe(ada.actor, ada.accessToken))).toBe('ok')
    }
    const events = { type: 'USER_REGISTERED' }
    expect(await database.client.user.count()).toBe(1 + registered)
    expect(await database.client.session.count()).toBe(1 + registered)
    expect(await database.client.auditEvent.count({ where: events })).toBe(1 + registered)
    await rm(server.fillerPath)
    const freedMs = performance.now()
    await eventually(async () => expect(reasonOf(await register(freshEmail()))).toBe('ok'))
    const recoveredMs = performance.now() - freedMs
    reportFault('F19 disk of the database full', {
      calls,
      registered,
      refused,
      'recovered after ms': recoveredMs,
    })
  })
})
