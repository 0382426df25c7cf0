import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import { guess } from '../support/guesses.ts'
import {
  auditEventsDocument,
  deleteAccountDocument,
  reauthenticateDocument,
  requestPasswordResetDocument,
} from '../support/operations.ts'
import { addPasskey, askPasskeyLogin } from '../support/passkeys.ts'
import { askAs, askLogin, type SignedIn, signUpAs, tryLogout } from '../support/people.ts'
import { RaisedAlerts } from '../support/raised-alerts.ts'
import { insertTenant, tenantIdOf } from '../support/rows.ts'
import { send } from '../support/services.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

const alerts = new RaisedAlerts()
const metricsToken = 'a-token-of-the-metrics-0123456789'

let test: TestApp
let slug: string
let tenantId: string
let owner: SignedIn
beforeAll(async () => {
  test = await createTestApp({
    env: { METRICS_TOKEN: metricsToken },
    infrastructure: alerts.infrastructure,
  })
  slug = await insertTenant(test.database)
  tenantId = await tenantIdOf(test.database, slug)
  owner = await signUpAs(test, 'ADMIN', slug)
})
afterAll(() => test.close())

async function logOf(viewer: SignedIn, types: readonly string[]) {
  const found = await askAs(test, viewer, auditEventsDocument, { filter: { types }, first: 100 })
  return found.nodes
}

describe('the log of a tenant', () => {
  it('has failures of identifiers without an account, which the log of default has not', async () => {
    const admin = await signUpAs(test, 'ADMIN')
    const stranger = test.actor({ 'user-agent': 'Traceable/7' })
    await askLogin(stranger, freshEmail('nobody'), { tenant: slug })
    await stranger.ask(requestPasswordResetDocument, { input: { email: freshEmail('nobody'), tenant: slug } })
    const types = ['LOGIN_FAILED', 'PASSWORD_RESET_REQUESTED']
    const [own, ofDefault] = [await logOf(owner, types), await logOf(admin, types)]
    expect(own).toMatchObject([
      { type: 'PASSWORD_RESET_REQUESTED', user: null, userAgent: 'Traceable/7' },
      { type: 'LOGIN_FAILED', user: null, userAgent: 'Traceable/7' },
    ])
    expect(JSON.stringify(ofDefault)).not.toContain('Traceable')
  })

  it('is that of default for a tenant that does not exist', async () => {
    const admin = await signUpAs(test, 'ADMIN')
    await askLogin(test.actor({ 'user-agent': 'Nowhere/1' }), freshEmail('nobody'), { tenant: 'nowhere' })
    expect(JSON.stringify(await logOf(admin, ['LOGIN_FAILED']))).toContain('Nowhere/1')
  })
})

describe('a passkey that no account has', () => {
  it('is a failure in the log of the tenant of the ceremony', async () => {
    const person = await signUpAs(test, 'USER', slug)
    const { authenticator } = await addPasskey(test, person)
    await test.database.client.passkey.deleteMany({ where: { userId: person.userId } })
    const actor = test.actor({ 'user-agent': 'Unknown passkey/1' })
    const refused = await askPasskeyLogin(test, authenticator, { actor, tenant: slug })
    expect(refused).toMatchObject({ code: 'INVALID_PASSKEY' })
    const [newest] = await logOf(owner, ['LOGIN_FAILED'])
    expect(newest).toMatchObject({ user: null, reason: 'INVALID_PASSKEY', userAgent: 'Unknown passkey/1' })
  })
})

describe('a lock', () => {
  it('names the tenant in its alert, its event and the metrics, with and without an account', async () => {
    const email = freshEmail('nobody')
    await guess(test.actor(), email, 7, { tenant: slug })
    const raised = alerts.of('ACCOUNT_LOCKED').at(-1)
    expect(raised).toMatchObject({ details: { tenantId, userId: null, subject: 'identifier' } })
    expect(await logOf(owner, ['ACCOUNT_LOCKED'])).toMatchObject([{ user: null }])
    const metrics = await metricsText()
    expect(metrics).toContain(`gatehouse_tenant_events_total{event="lockouts",tenant="${tenantId}"} 1`)
    expect(metrics).toContain('gatehouse_lockouts_total{target="identifier"} 1')
  })
})

describe('the feed of revocations', () => {
  it('names the tenant of sessions, users and tokens, also after the account has been deleted', async () => {
    const admin = await signUpAs(test, 'ADMIN')
    const { secret } = await makeKey(test, admin.accessToken)
    const [leaving, deleted, proven] = [
      await signUpAs(test, 'USER', slug),
      await signUpAs(test, 'USER', slug),
      await signUpAs(test, 'USER', slug),
    ]
    await tryLogout(test.actor(), leaving.accessToken)
    await askAs(test, deleted, deleteAccountDocument, { input: { currentPassword: goodPassword } })
    await askAs(test, proven, reauthenticateDocument, { input: { password: goodPassword } })
    const feed = await send(test, 'GET', '/revocations', { headers: Actor.bearer(secret) })
    const { sessions, users, tokens } = await feed.json()
    const entry = { tid: tenantId, exp: expect.any(Number) }
    expect(sessions).toContainEqual({ sid: leaving.sessionId, ...entry })
    expect(sessions).toContainEqual({ sid: deleted.sessionId, ...entry })
    expect(users).toContainEqual({ sub: deleted.userId, ver: expect.any(Number), ...entry })
    expect(tokens).toEqual([{ jti: decodeJwt(proven.accessToken).jti, ...entry }])
  })
})

describe('the log line of a request', () => {
  it('names the tenant of the viewer', async () => {
    const headers = Actor.bearer(owner.accessToken)
    const answer = await test.actor().ask('{ me { id } }', {}, headers)
    const requestId = answer.headers.get('x-request-id') ?? 'none'
    await eventually(async () =>
      expect(linesWith(requestId)).toContainEqual(expect.objectContaining({ msg: 'request', tenantId })),
    )
    const response = await send(test, 'GET', '/revocations', { headers })
    const refused = linesWith(response.headers.get('x-request-id') ?? 'none')
    expect(refused).toContainEqual(expect.objectContaining({ msg: 'request', tenantId }))
    const anonymous = await test.actor().ask('{ me { id } }')
    for (const line of linesWith(anonymous.headers.get('x-request-id') ?? 'none'))
      expect(line).not.toHaveProperty('tenantId')
  })

  function linesWith(requestId: string): readonly Record<string, unknown>[] {
    return test.log.filter((line) => line.includes(requestId)).map((line) => JSON.parse(line))
  }
})

async function metricsText(): Promise<string> {
  return (await send(test, 'GET', '/metrics', { headers: Actor.bearer(metricsToken) })).text()
}
