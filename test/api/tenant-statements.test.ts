import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { verifyTokenDocument } from '../support/operations.ts'
import { askLogin, rotate, type SignedIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { RecordedStatements } from '../support/recorded-statements.ts'
import { insertTenant } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'

const statements = new RecordedStatements()
let database: Database
let test: TestApp
let tenant: string
let user: SignedIn
let admin: SignedIn
let refreshToken: string
let keys: { readonly ofTenant: string; readonly ofService: string }
beforeAll(async () => {
  database = await openTestDatabase()
  test = await createTestApp({ database: statements.of(database) })
  tenant = await insertTenant(database)
  user = await signUp(test.actor(), { tenant })
  admin = await signUpAs(test, 'ADMIN', tenant)
  const service = await signUpAs(test, 'ADMIN')
  keys = {
    ofTenant: (await makeKey(test, admin.accessToken, { permissions: ['users:read'] })).secret,
    ofService: (await makeKey(test, service.accessToken)).secret,
  }
  refreshToken = user.refreshToken
})
afterAll(async () => {
  await test.close()
  await database.close()
})

const verify = (token: string) =>
  test.actor().ask(verifyTokenDocument, { input: { token } }, Actor.bearer(keys.ofService))

/** What a busy service does most often. */
const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  me: () => whoIs(test.actor(), user.accessToken),
  refresh: async () => {
    refreshToken = await rotate(user.actor, refreshToken)
  },
  'verifyToken of an access token': () => verify(user.accessToken),
  'verifyToken of an API key': () => verify(keys.ofTenant),
  login: () => askLogin(test.actor(), user.email, { tenant }),
}

/** A statement that reads a tenant for its own sake. */
const readsTenant = /^\s*SELECT t\.id, t\.slug/

describe.each(Object.entries(calls))('%s', (_name, call) => {
  it('reads no tenant that the process knows', async () => {
    await call()
    const sent = await statements.during(call)
    expect(sent.filter((text) => readsTenant.test(text))).toEqual([])
  })
})

describe('a process that does not know the tenant', () => {
  it('reads it once, at the first sign-in', async () => {
    const unknown = await insertTenant(database)
    const enter = () => askLogin(test.actor(), 'nobody@example.com', { tenant: unknown })
    const lookUps = async () =>
      (await statements.during(enter)).filter((text) => readsTenant.test(text)).length
    expect([await lookUps(), await lookUps()]).toEqual([1, 0])
  })
})

describe('refresh', () => {
  it('is one statement, which compares the session with its tenant', async () => {
    const [rotation, ...others] = await statements.during(() => calls.refresh?.() ?? Promise.reject())
    expect(others).toEqual([])
    expect(rotation).toMatch(
      /UPDATE sessions s SET generation .* FROM tenants o WHERE o\.id = s\.tenant_id AND o\.active/s,
    )
  })
})

describe('verification', () => {
  it.each(['verifyToken of an access token', 'verifyToken of an API key'])(
    '%s is no statement',
    async (name) => {
      await calls[name]?.()
      expect(await statements.during(() => calls[name]?.() ?? Promise.reject())).toEqual([])
    },
  )
})
