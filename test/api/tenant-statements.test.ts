import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { verifyTokenDocument } from '../support/operations.ts'
import { askLogin, rotate, type SignedIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { RecordedStatements } from '../support/recorded-statements.ts'
import { insertTenant } from '../support/rows.ts'
import { tenantCalls } from '../support/tenant-calls.ts'
import { tenantWith } from '../support/tenants.ts'
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

describe('settings and budgets', () => {
  const lookUps = (sent: readonly string[]) => sent.filter((text) => readsTenant.test(text)).length
  const me = ({ accessToken }: SignedIn) => statements.during(() => whoIs(test.actor(), accessToken))
  const refresh = async ({ refreshToken: token }: SignedIn) =>
    (await statements.during(() => rotate(test.actor(), token))).filter(
      // User-Agents are shared by all users, and each is stored once a month.
      (text) => !text.includes('INSERT INTO user_agents'),
    )

  it('cost me and refresh no statement', async () => {
    const rateLimits = { login: '1000/1m', query: '1000/1m', mutation: '1000/1m' }
    const strict = await tenantWith(test, { sessionIdleSeconds: 600, sessionLimit: 5, rateLimits })
    const [own, other] = [await signUp(test.actor(), { tenant: strict }), await signUp(test.actor())]
    expect((await me(own)).toSorted()).toEqual((await me(other)).toSorted())
    expect(await refresh(own)).toEqual(await refresh(other))
  })

  it('cost the next call one after a change', async () => {
    const slug = await tenantWith(test, {})
    const member = await signUp(test.actor(), { tenant: slug })
    const owner = await signUpAs(test, 'ADMIN')
    await tenantCalls(test).update(owner, { slug, settings: { sessionLimit: 4 } })
    expect([lookUps(await me(member)), lookUps(await me(member))]).toEqual([1, 0])
  })

  it('cost a refresh two statements if the tenant has a budget for refreshes', async () => {
    const limited = await tenantWith(test, { rateLimits: { refresh: '100/1m' } })
    const { length } = await refresh(await signUp(test.actor()))
    expect(await refresh(await signUp(test.actor(), { tenant: limited }))).toHaveLength(length + 2)
  })
})
