import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createService, type Service } from '../../examples/verify-tokens/rest-service.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import { Forger } from '../support/forger.ts'
import { type SignedIn, signUp, signUpAs } from '../support/people.ts'
import { insertTenant } from '../support/rows.ts'
import { postForm, send } from '../support/services.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

describe('the REST service of the examples', () => {
  let test: TestApp
  let admin: SignedIn
  let service: Service
  beforeAll(async () => {
    test = await createTestApp()
    admin = await signUpAs(test, 'ADMIN')
    const { issuer, audience } = test.config.tokens
    service = createService({
      issuer,
      audience,
      tenant: 'default',
      serviceKey: (await makeKey(test, admin.accessToken, { rateLimit: '100000/1m' })).secret,
      revocations: { pollSeconds: 0.1 },
      apiKeys: { cacheSeconds: 0 },
      fetch: async (input, init) => test.app.fetch(new Request(input, init)),
      now: () => test.clock.now().getTime(),
    })
    await service.start()
  })
  afterAll(async () => {
    service.close()
    await test.close()
  })

  async function ask(path: string, bearer: string | null, method = 'GET') {
    const headers = bearer === null ? {} : Actor.bearer(bearer)
    const response = await service.fetch(new Request(`http://orders.example${path}`, { method, headers }))
    return { status: response.status, body: await response.json() }
  }

  it('answers who sends a request, and refuses forged tokens', async () => {
    const { accessToken, userId } = await signUp(test.actor())
    const forger = await Forger.of(test, accessToken)
    expect(await ask('/orders', accessToken)).toEqual({ status: 200, body: { orders: [], of: userId } })
    expect((await ask('/orders', forger.forge({}, { aud: 'other' }))).status).toBe(401)
    expect((await ask('/orders', null)).status).toBe(401)
    expect(await ask('/greeting', null)).toEqual({ status: 200, body: { hello: 'stranger' } })
    expect((await ask('/greeting', 'rubbish')).status).toBe(401)
  })

  it('requires permissions of the application, and a second factor', async () => {
    const { accessToken, userId } = await signUp(test.actor())
    const forger = await Forger.of(test, accessToken)
    const now = Math.floor(test.clock.now().getTime() / 1000)
    const scoped = forger.forge({}, { scope: 'orders:write', roles: ['seller'], acv: 1 })
    expect((await ask('/orders', accessToken, 'POST')).status).toBe(403)
    expect(await ask('/orders', scoped, 'POST')).toEqual({ status: 201, body: { created: true, by: userId } })
    expect((await ask('/payout', accessToken)).body.error).toBe('insufficient_user_authentication')
    const proven = { acr: 'aal2', amr: ['pwd', 'otp', 'mfa'], auth_time: Math.floor(Date.now() / 1000) }
    expect((await ask('/payout', forger.forge({}, { ...proven, mfa_time: now }))).status).toBe(200)
  })

  it('accepts API keys', async () => {
    const { secret } = await makeKey(test, admin.accessToken)
    expect(await ask('/orders', secret)).toEqual({ status: 200, body: { orders: [], of: admin.userId } })
  })

  it('refuses revoked tokens after the next poll', async () => {
    const people = [
      await signUp(test.actor()),
      await signUp(test.actor()),
      await signUp(test.actor()),
    ] as const
    const [ada, bob, eve] = people
    for (const { accessToken } of people) expect((await ask('/orders', accessToken)).status).toBe(200)
    await postForm(test, '/oauth2/revoke', { token: ada.accessToken })
    await postForm(test, '/oauth2/revoke', { token: bob.refreshToken })
    const lock = 'mutation ($input: LockUserInput!) { lockUser(input: $input) { __typename } }'
    const input = { userId: eve.userId, reason: 'a test' }
    await test.actor().ask(lock, { input }, Actor.bearer(admin.accessToken))
    for (const { accessToken } of people)
      await eventually(async () => expect((await ask('/orders', accessToken)).status).toBe(401))
    expect((await ask('/orders', admin.accessToken)).status).toBe(200)
  })
})

describe('GET /revocations', () => {
  it('lists revocations of every tenant, and so requires a viewer who manages the installation', async () => {
    const test = await createTestApp()
    const own = await makeKey(test, (await signUpAs(test, 'ADMIN')).accessToken)
    const foreign = await signUpAs(test, 'ADMIN', await insertTenant(test.database))
    const key = await makeKey(test, foreign.accessToken)
    const ask = async (bearer: string) => {
      const answer = await send(test, 'GET', '/revocations', {
        headers: { authorization: `Bearer ${bearer}` },
      })
      return [answer.status, Object.keys(await answer.json())]
    }
    expect(await ask(own.secret)).toMatchObject([200, expect.arrayContaining(['cursor'])])
    for (const bearer of [foreign.accessToken, key.secret])
      expect(await ask(bearer)).toEqual([403, ['error', 'error_description']])
    await test.close()
  })
})
