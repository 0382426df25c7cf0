import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Outcome, Verifier } from '../../src/verify/gatehouse-verify.ts'
import { createVerifier, defaultTenantId } from '../../src/verify/gatehouse-verify.ts'
import { makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import { Forger } from '../support/forger.ts'
import { type SignedIn, signUp, signUpAs } from '../support/people.ts'
import { insertTenant } from '../support/rows.ts'
import { postForm } from '../support/services.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { makeTokens, type ShownToken } from '../support/token-gallery.ts'
import { optionsOf, verifierOf } from './support/verifier-of.ts'

let test: TestApp
let admin: SignedIn
let verifier: Verifier
let tokens: readonly ShownToken[]
beforeAll(async () => {
  test = await createTestApp()
  admin = await signUpAs(test, 'ADMIN')
  tokens = await makeTokens(test, admin)
  verifier = await verifierOf(test, admin)
  await verifier.start()
})
afterAll(async () => {
  verifier.close()
  await test.close()
})

function summary(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'viewer':
      return `viewer ${outcome.viewer.userId}`
    case 'refused':
      return outcome.reason
    case 'unavailable':
      return `unavailable ${outcome.cause.message}`
  }
}

/** Introspection does not say why a key is refused; the feed does not say why a token is. */
function expected({ token, verdict, subject }: ShownToken): string {
  if (verdict === 'active') return `viewer ${subject}`
  if (token.startsWith('ghk_') && verdict !== 'MALFORMED') return 'INACTIVE'
  return verdict === 'USER_DISABLED' ? 'REVOKED' : verdict
}

describe('a verifier', () => {
  it('gives each token of the gallery the verdict of Gatehouse', async () => {
    expect(tokens.length).toBeGreaterThan(40)
    for (const shown of tokens)
      expect([shown.name, summary(await verifier.verify(shown.token))]).toEqual([shown.name, expected(shown)])
  })

  it('shows who sends a request', async () => {
    const ada = await signUp(test.actor())
    const outcome = await verifier.authenticate({ authorization: `Bearer ${ada.accessToken}` })
    expect(outcome).toEqual({
      kind: 'viewer',
      viewer: {
        kind: 'USER',
        userId: ada.userId,
        tenantId: defaultTenantId,
        sessionId: ada.sessionId,
        tokenId: expect.any(String),
        role: 'USER',
        roles: [],
        scopes: new Set(),
        assurance: {
          level: 'aal1',
          methods: ['pwd'],
          authenticatedAt: expect.any(Date),
          secondFactorAt: null,
        },
        expiresAt: expect.any(Date),
        claims: expect.objectContaining({ sub: ada.userId, client_id: test.config.tokens.clientId }),
      },
    })
  })

  it('reads roles and permissions of the application', async () => {
    const forger = await Forger.of(test, (await signUp(test.actor())).accessToken)
    const token = forger.forge({}, { scope: 'users:read posts:write', roles: ['editor'], acv: 7 })
    const outcome = await verifier.verify(token)
    expect(outcome).toMatchObject({ kind: 'viewer', viewer: { roles: ['editor'] } })
    if (outcome.kind === 'viewer') expect([...outcome.viewer.scopes]).toEqual(['users:read', 'posts:write'])
    for (const claims of [
      { roles: ['editor'] },
      { roles: [], acv: 7 },
      { roles: 'editor', acv: 7 },
      { roles: [7], acv: 7 },
    ])
      expect(summary(await verifier.verify(forger.forge({}, claims)))).toBe('MALFORMED')
  })

  it('shows the owner and the permissions of an API key', async () => {
    const { secret, id } = await makeKey(test, admin.accessToken)
    for (const headers of [{ 'x-api-key': secret }, new Headers({ authorization: `Bearer ${secret}` })]) {
      const outcome = await verifier.authenticate(headers)
      const viewer = { kind: 'API_KEY', userId: admin.userId, tokenId: id, assurance: null, role: null }
      expect(outcome).toMatchObject({ kind: 'viewer', viewer })
      if (outcome.kind === 'viewer') expect([...outcome.viewer.scopes]).toEqual(['tokens:verify'])
    }
  })

  it.each<[string, Record<string, string | string[]>, string]>([
    ['no credential', {}, 'MISSING'],
    ['a cookie alone', { cookie: '__Host-gh_access=x' }, 'MISSING'],
    ['another scheme', { authorization: 'Basic YTpi' }, 'MALFORMED'],
    ['two tokens', { authorization: 'Bearer a, Bearer b' }, 'MALFORMED'],
    ['a list of headers', { authorization: ['Bearer a', 'Bearer b'] }, 'MALFORMED'],
    ['two credentials', { authorization: 'Bearer a', 'x-api-key': 'ghk_a' }, 'MALFORMED'],
    ['a token as an API key', { 'x-api-key': 'a.b.c' }, 'MALFORMED'],
    ['an empty header', { authorization: '' }, 'MALFORMED'],
  ])('reads a request with %s', async (_name, headers, reason) => {
    expect(summary(await verifier.authenticate(headers))).toBe(reason)
  })

  it('refuses credentials of other tenants, unless it is told to accept them', async () => {
    const tenant = await insertTenant(test.database)
    const foreign = await signUp(test.actor(), { tenant })
    const foreignAdmin = await signUpAs(test, 'ADMIN', tenant)
    const key = await makeKey(test, foreignAdmin.accessToken)
    const strict = await verifierOf(test, admin, {}, { tenant: 'default' })
    for (const token of [foreign.accessToken, key.secret]) {
      expect(summary(await strict.verify(token))).toBe('WRONG_TENANT')
      expect((await verifier.verify(token)).kind).toBe('viewer')
    }
    expect((await strict.verify(admin.accessToken)).kind).toBe('viewer')
    strict.close()
  })

  it('refuses a token soon after its session ends', async () => {
    const ada = await signUp(test.actor())
    expect((await verifier.verify(ada.accessToken)).kind).toBe('viewer')
    await postForm(test, '/oauth2/revoke', { token: ada.refreshToken })
    await eventually(async () => expect(summary(await verifier.verify(ada.accessToken))).toBe('REVOKED'))
  })

  it('refuses API keys unless it is told to accept them', async () => {
    const plain = createVerifier({ ...optionsOf(test), tenant: 'default' })
    const { secret } = await makeKey(test, admin.accessToken)
    expect(summary(await plain.verify(secret))).toBe('API_KEY')
    expect((await plain.verify(admin.accessToken)).kind).toBe('viewer')
  })
})
