import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { Actor } from '../support/actor.ts'
import { reasonOf } from '../support/answers.ts'
import { makeKey } from '../support/api-keys.ts'
import { EventStream } from '../support/event-stream.ts'
import { eventually } from '../support/eventually.ts'
import { Interruption } from '../support/interruption.ts'
import {
  changePasswordDocument,
  createApiKeyDocument,
  lockUserDocument,
  reauthenticateDocument,
  registerDocument,
  userDocument,
} from '../support/operations.ts'
import { askAs, askLogin, askRefresh, type SignedIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { insertTenant, tenantIdOf } from '../support/rows.ts'
import { challenge, complete, signUpWithTotp } from '../support/second-steps.ts'
import { deactivateTenant, deactivateUnheard, reactivateTenant } from '../support/tenant-state.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

const interruption = new Interruption()
/** Whether the process cannot read revocations, so that what it knows of them becomes too old. */
let isCutOff = false

function infrastructure(given: Infrastructure): Infrastructure {
  const opened = interruption.infrastructure(given)
  const revocations = new Proxy(opened.stores.revocations, {
    get: (target, name) => {
      const method = Reflect.get(target, name).bind(target)
      if (name !== 'listPage') return method
      return (...args: unknown[]) =>
        isCutOff ? Promise.reject(new Error('cut off')) : Reflect.apply(method, target, args)
    },
  })
  return { ...opened, stores: { ...opened.stores, revocations } }
}

let test: TestApp
let tenant: string
beforeAll(async () => {
  test = await createTestApp({ infrastructure })
})
beforeEach(async () => {
  isCutOff = false
  tenant = await insertTenant(test.database)
})
afterAll(() => test.close())

const revoked = { code: 'UNAUTHENTICATED', reason: 'TOKEN_REVOKED' }
const unheard = () => deactivateUnheard(test, tenant)
const join = () => signUp(test.actor(), { tenant })
const liveSessionsOf = ({ userId }: SignedIn) =>
  test.database.client.session.count({ where: { userId, revokedAt: null } })

describe('a deactivation of a tenant that the process has not heard of', () => {
  it('refuses a password that was compared before', async () => {
    const ada = await join()
    const answer = await interruption.during(unheard, () => askLogin(test.actor(), ada.email, { tenant }))
    expect(answer).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(await liveSessionsOf(ada)).toBe(1)
  })

  it('refuses a second step that was compared before', async () => {
    const ada = await signUpWithTotp(test, { tenant })
    const actor = test.actor()
    const token = await challenge(actor, ada.email, { tenant })
    const sessions = await liveSessionsOf(ada)
    const answer = await interruption.during(unheard, () =>
      complete(actor, token, { recoveryCode: ada.recoveryCodes[0] }),
    )
    expect(answer).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await liveSessionsOf(ada)).toBe(sessions)
  })

  it('refuses a registration, of which nothing is left', async () => {
    await join()
    await unheard()
    const { client } = test.database
    const tenantId = await tenantIdOf(test.database, tenant)
    const input = { email: freshEmail(), password: goodPassword, tenant }
    const { data } = await test.actor().ask(registerDocument, { input })
    expect(data.register).toMatchObject({ code: 'INVALID_INPUT', issues: [{ code: 'UNKNOWN_TENANT' }] })
    expect(await client.user.count({ where: { tenantId } })).toBe(1)
  })

  it('refuses a refresh', async () => {
    const { actor, refreshToken } = await join()
    await unheard()
    expect(await askRefresh(actor, refreshToken)).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
  })

  it.each([
    ['a new proof', reauthenticateDocument, { password: goodPassword }],
    [
      'a new password',
      changePasswordDocument,
      { currentPassword: goodPassword, newPassword: 'An0ther-horse!' },
    ],
    ['an API key', createApiKeyDocument, { name: 'a service', permissions: ['users:read'] }],
  ])('refuses %s to a session', async (_what, document, input) => {
    const ada = await signUpAs(test, 'ADMIN', tenant)
    await unheard()
    expect(await whoIs(test.actor(), ada.accessToken)).toBe(ada.userId)
    expect(await askAs(test, ada, document, { input })).toMatchObject(revoked)
  })

  it.each(['administrator', 'API key'])('refuses the lock of an account to an %s', async (what) => {
    const [admin, ada] = [await signUpAs(test, 'ADMIN', tenant), await join()]
    const { secret } = await makeKey(test, admin.accessToken, { permissions: ['users:lock'] })
    await unheard()
    const headers = what === 'API key' ? { 'x-api-key': secret } : Actor.bearer(admin.accessToken)
    const input = { userId: ada.userId, reason: 'a test' }
    const { errors } = await test.actor().ask(lockUserDocument, { input }, headers)
    expect(errors[0]?.extensions).toMatchObject(revoked)
    const row = await test.database.client.user.findUniqueOrThrow({ where: { id: ada.userId } })
    expect(row.lockedAt).toBeNull()
  })
})

describe('a process whose revocations are too old', () => {
  it('asks the database about tokens and API keys of a tenant that was deactivated meanwhile', async () => {
    const admin = await signUpAs(test, 'ADMIN', tenant)
    const { secret } = await makeKey(test, admin.accessToken, { permissions: ['users:read'] })
    const askByKey = async () =>
      (await test.actor().ask(userDocument, { id: admin.userId }, { 'x-api-key': secret })).errors[0]
        ?.extensions
    expect(await askByKey()).toBeUndefined()
    isCutOff = true
    test.clock.advance(61)
    expect(await whoIs(test.actor(), admin.accessToken)).toBe(admin.userId)
    await unheard()
    expect(await whoIs(test.actor(), admin.accessToken)).toBe('TOKEN_REVOKED')
    expect(await askByKey()).toMatchObject(revoked)
  })
})

describe('a stream of session events', () => {
  const listen = async ({ accessToken }: SignedIn) => {
    const query = 'subscription { sessionEvents { type sessionId } }'
    const headers = { accept: 'text/event-stream', ...Actor.bearer(accessToken) }
    return new EventStream(await test.actor().send({ query }, headers))
  }

  it('ends with the event REVOKED when its tenant is deactivated, and in no other tenant', async () => {
    const [ada, eve] = [await join(), await signUp(test.actor())]
    const [stream, other] = [await listen(ada), await listen(eve)]
    await deactivateTenant(test, tenant)
    expect((await stream.next()).data.sessionEvents).toEqual({ type: 'REVOKED', sessionId: ada.sessionId })
    await stream.end()
    expect(stream.complete).toBe(true)
    expect(other.ended).toBe(false)
    await other.close()
  })
})

describe('what a user of a reactivated tenant sees', () => {
  it('are sessions of after the deactivation, and API keys as revoked', async () => {
    const admin = await signUpAs(test, 'ADMIN', tenant)
    await makeKey(test, admin.accessToken, { permissions: ['users:read'] })
    await deactivateTenant(test, tenant)
    await reactivateTenant(test, tenant)
    const again = await askLogin(test.actor(), admin.email, { tenant })
    const bearer = Actor.bearer(again.tokens.accessToken)
    const query = '{ apiKeys { nodes { revokedAt } } sessions { nodes { id } } }'
    const { accessFrom } = await test.database.client.tenant.findUniqueOrThrow({ where: { slug: tenant } })
    const { data } = await test.actor().ask(query, {}, bearer)
    expect(data.apiKeys.nodes).toEqual([{ revokedAt: accessFrom?.toISOString() }])
    expect(data.sessions.nodes).toEqual([{ id: again.session.id }])
    const left = await test
      .actor()
      .ask('mutation { logout { ... on LogoutSuccess { remainingApiKeys } } }', {}, bearer)
    expect(left.data.logout).toEqual({ remainingApiKeys: 0 })
  })
})

describe('another process', () => {
  it('learns a deactivation and a reactivation within its next poll', async () => {
    const other = await createTestApp({ database: test.database, clock: test.clock })
    const admin = await signUpAs(test, 'ADMIN', tenant)
    const { secret } = await makeKey(test, admin.accessToken, { permissions: ['users:read'] })
    const headers = { 'x-api-key': secret }
    const askByKey = async () =>
      reasonOf(await other.actor().ask(userDocument, { id: admin.userId }, headers))
    expect([await whoIs(other.actor(), admin.accessToken), await askByKey()]).toEqual([admin.userId, 'ok'])
    await deactivateTenant(test, tenant)
    await eventually(async () => expect(await whoIs(other.actor(), admin.accessToken)).toBe('TOKEN_REVOKED'))
    expect(await askByKey()).toBe('TOKEN_REVOKED')
    expect(await askLogin(other.actor(), admin.email, { tenant })).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    await reactivateTenant(test, tenant)
    await eventually(async () =>
      expect(await askLogin(other.actor(), admin.email, { tenant })).toMatchObject({
        __typename: 'LoginSuccess',
      }),
    )
    expect([await whoIs(other.actor(), admin.accessToken), await askByKey()]).toEqual([
      'TOKEN_REVOKED',
      'TOKEN_REVOKED',
    ])
    await other.close()
  })
})

describe('a session that a sign-in began during the deactivation', () => {
  it('is not accepted after the reactivation', async () => {
    const ada = await join()
    await deactivateTenant(test, tenant)
    // The statement of the sign-in had read the tenant before the deactivation was committed.
    const { accessFrom } = await test.database.client.tenant.findUniqueOrThrow({ where: { slug: tenant } })
    const createdAt = new Date((accessFrom?.getTime() ?? 0) + 500)
    await test.database.client.session.update({ where: { id: ada.sessionId }, data: { createdAt } })
    await reactivateTenant(test, tenant)
    expect(await askRefresh(ada.actor, ada.refreshToken)).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
  })
})
