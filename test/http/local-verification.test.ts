import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LocalVerifier, RevocationsUnknown } from '../../examples/verify-tokens/local-verifier.ts'
import { makeKey } from '../support/api-keys.ts'
import { Forger } from '../support/forger.ts'
import { type SignedIn, signUp, signUpAs } from '../support/people.ts'
import { insertTenant } from '../support/rows.ts'
import { postForm, send } from '../support/services.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

describe('the local verifier of the guide', () => {
  let test: TestApp
  let admin: SignedIn
  let verifier: LocalVerifier
  beforeAll(async () => {
    test = await createTestApp()
    admin = await signUpAs(test, 'ADMIN')
    const { issuer, audience } = test.config.tokens
    verifier = new LocalVerifier({
      url: test.config.server.publicUrl.href,
      issuer,
      audience,
      apiKey: (await makeKey(test, admin.accessToken)).secret,
      fetch: async (input, init) => test.app.fetch(new Request(String(input), init)),
    })
  })
  afterAll(() => test.close())

  it('accepts nothing before it knows what was revoked', async () => {
    await expect(verifier.verify(admin.accessToken)).rejects.toThrow(RevocationsUnknown)
    await verifier.loadKeys()
    await expect(verifier.verify(admin.accessToken)).rejects.toThrow(RevocationsUnknown)
    await verifier.poll()
    expect(await verifier.verify(admin.accessToken)).toMatchObject({ sub: admin.userId })
  })

  it('calls no token bad for keys that it cannot use', async () => {
    const { issuer, audience } = test.config.tokens
    const fetchBroken = async (input: unknown, init?: RequestInit) => {
      const response = await test.app.fetch(new Request(String(input), init))
      const body = await response.text()
      return new Response(body.replace(/"n":"[^"]*"/, '"n":"AA"'), response)
    }
    const other = new LocalVerifier({
      url: test.config.server.publicUrl.href,
      issuer,
      audience,
      apiKey: (await makeKey(test, admin.accessToken)).secret,
      fetch: fetchBroken,
    })
    await other.loadKeys()
    await other.poll()
    await expect(other.verify(admin.accessToken)).rejects.toThrow()
  })

  it('refuses forged tokens, and revoked ones after the next poll', async () => {
    const [ada, bob, eve] = [
      await signUp(test.actor()),
      await signUp(test.actor()),
      await signUp(test.actor()),
    ]
    const forger = await Forger.of(test, ada.accessToken)
    expect(await verifier.verify(forger.forge({}, { aud: 'other' }))).toBeNull()
    expect(await verifier.verify('rubbish')).toBeNull()
    for (const { accessToken, userId } of [ada, bob, eve])
      expect(await verifier.verify(accessToken)).toMatchObject({ sub: userId })
    await postForm(test, '/oauth2/revoke', { token: ada.accessToken })
    await postForm(test, '/oauth2/revoke', { token: bob.refreshToken })
    const lock = 'mutation ($input: LockUserInput!) { lockUser(input: $input) { __typename } }'
    const input = { userId: eve.userId, reason: 'a test' }
    await test.actor().ask(lock, { input }, { authorization: `Bearer ${admin.accessToken}` })
    await verifier.poll()
    for (const { accessToken } of [ada, bob, eve]) expect(await verifier.verify(accessToken)).toBeNull()
    expect(await verifier.verify(admin.accessToken)).not.toBeNull()
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
