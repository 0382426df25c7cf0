import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultTenantId } from '../../src/domain/access/permissions.ts'
import { Actor } from '../support/actor.ts'
import { reasonOf } from '../support/answers.ts'
import { makeKey } from '../support/api-keys.ts'
import { passwordPolicyDocument } from '../support/operations.ts'
import { askRefresh, type SignedIn, signIn, signUp, signUpAs } from '../support/people.ts'
import { insertTenant, tenantIdOf } from '../support/rows.ts'
import {
  createTenant,
  freshSlug,
  type TenantCalls,
  tenantCalls,
  tenantEvents,
  tenantRevocations,
} from '../support/tenant-calls.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
let calls: TenantCalls
let admin: SignedIn
beforeAll(async () => {
  test = await createTestApp({ env: { PASSWORD_MIN_LENGTH: '10', MFA: 'optional' } })
  calls = tenantCalls(test)
  admin = await signUpAs(test, 'ADMIN')
})
afterAll(() => test.close())

const minLengthOf = async (tenant: string) =>
  (await test.actor().ask(passwordPolicyDocument, { tenant })).data.passwordPolicy?.minLength

const issueCodes = (result: { issues?: readonly { path: readonly string[]; code: string }[] }) =>
  (result.issues ?? []).map(({ path, code }) => `${path.join('.')} ${code}`).toSorted()

describe('createTenant', () => {
  it('creates a tenant whose users sign up at once', async () => {
    const slug = freshSlug()
    expect(await calls.create(admin, { slug, name: 'Acme' })).toMatchObject({
      __typename: 'CreateTenantSuccess',
      tenant: {
        id: await tenantIdOf(test.database, slug),
        slug,
        name: 'Acme',
        active: true,
        createdAt: test.clock.now().toISOString(),
        userCount: 0,
        settings: { passwordMinLength: null, mfa: null, rateLimits: null },
      },
    })
    await signUp(test.actor(), { tenant: slug })
    expect(await calls.find(admin, slug)).toMatchObject({ userCount: 1 })
  })

  it('stores settings, which apply to that tenant only', async () => {
    const settings = { passwordMinLength: 12, mfa: 'PRIVILEGED', rateLimits: { login: '100/1m' } }
    const slug = await createTenant(test, admin, settings)
    expect((await calls.find(admin, slug)).settings).toMatchObject({ ...settings, passwordMinScore: null })
    expect(await minLengthOf(slug)).toBe(12)
    expect(await minLengthOf('default')).toBe(10)
  })

  it('trims the slug and the name, and writes the slug in lower case', async () => {
    const slug = freshSlug()
    const given = { slug: `\u200b ${slug.toUpperCase()}\n`, name: '  Acme GmbH ' }
    expect(await calls.create(admin, given)).toMatchObject({ tenant: { slug, name: 'Acme GmbH' } })
  })

  it.each([
    'a',
    '-acme',
    'acme-',
    'ac--me',
    'xn--bcher-kva',
    'ac me',
    'acme.example',
    'ac\u0000me',
    'bücher',
    'а\u0441me',
    '\u212ahouse',
    'acme\u202e',
    'ａｃｍｅ',
    'İstanbul',
    'x'.repeat(64),
    '',
  ])('refuses the slug %j', async (slug) => {
    expect(issueCodes(await calls.create(admin, { slug, name: 'Acme' }))).toEqual(['slug INVALID_SLUG'])
  })

  it.each(['default', 'admin', 'api', 'www', ' Default ', 'GRAPHQL', 'oauth2', defaultTenantId])(
    'refuses the reserved slug %j',
    async (slug) => {
      const result = await calls.create(admin, { slug, name: 'Acme' })
      expect(result).toMatchObject({ __typename: 'AuthNameTakenProblem', code: 'NAME_TAKEN' })
    },
  )

  it('refuses a slug that a tenant has; of two parallel calls one succeeds', async () => {
    const slug = freshSlug()
    const results = await Promise.all([1, 2].map(() => calls.create(admin, { slug, name: 'Acme' })))
    expect(results.map(({ __typename }) => __typename).toSorted()).toEqual([
      'AuthNameTakenProblem',
      'CreateTenantSuccess',
    ])
    expect((await tenantEvents(test, slug)).own).toHaveLength(1)
  })

  it('lists every mistake at once, with its path', async () => {
    const settings = {
      passwordMinLength: 9,
      passwordMinScore: 5,
      passwordRequireDigit: false,
      passwordHistorySize: 25,
      mfa: 'OFF',
      sessionLimit: 0,
      registrationDomains: ['not a domain', 'example.com', 'a..b'],
      emailVerification: null,
      rateLimits: { login: 'often', unknown: '1/1m' },
    }
    const result = await calls.create(admin, { slug: 'No!', name: ' ', settings })
    expect(result).toMatchObject({ __typename: 'AuthInvalidInputProblem' })
    expect(issueCodes(result)).toEqual([
      'name REQUIRED',
      'settings.mfa WEAKER_THAN_CONFIGURED',
      'settings.passwordHistorySize OUT_OF_BOUNDS',
      'settings.passwordMinLength WEAKER_THAN_CONFIGURED',
      'settings.passwordMinScore OUT_OF_BOUNDS',
      'settings.passwordRequireDigit WEAKER_THAN_CONFIGURED',
      'settings.rateLimits.login OUT_OF_BOUNDS',
      'settings.rateLimits.unknown OUT_OF_BOUNDS',
      'settings.registrationDomains.0 OUT_OF_BOUNDS',
      'settings.registrationDomains.2 OUT_OF_BOUNDS',
      'settings.sessionLimit OUT_OF_BOUNDS',
      'slug INVALID_SLUG',
    ])
  })

  it('requires verified addresses for domains', async () => {
    const settings = { registrationDomains: ['example.com'] }
    const result = await calls.create(admin, { slug: freshSlug(), name: 'Acme', settings })
    expect(issueCodes(result)).toEqual(['settings.registrationDomains REQUIRES_VERIFICATION'])
    const more = { ...settings, sessionLimit: 0 }
    expect(
      issueCodes(await calls.create(admin, { slug: freshSlug(), name: 'Acme', settings: more })),
    ).toEqual(['settings.registrationDomains REQUIRES_VERIFICATION', 'settings.sessionLimit OUT_OF_BOUNDS'])
    const verified = { ...settings, emailVerification: 'REQUIRED' }
    const slug = await createTenant(test, admin, verified)
    expect((await calls.find(admin, slug)).settings).toMatchObject(verified)
  })

  it('is recorded in the log of the tenant, without the person, and in that of the default tenant', async () => {
    const slug = await createTenant(test, admin, { sessionLimit: 3 })
    const { own, ofDefault } = await tenantEvents(test, slug)
    const details = { tenant: slug, name: 'Acme', settings: { sessionLimit: 3 } }
    expect(own).toMatchObject([
      { type: 'TENANT_CREATED', actorId: null, ipAddress: null, userAgent: null, details },
    ])
    expect(own[0]?.details).toMatchObject({ by: 'INSTALLATION' })
    expect(ofDefault).toMatchObject([{ type: 'TENANT_CREATED', actorId: admin.userId, details }])
  })
})

describe('updateTenant', () => {
  it('changes what is given, keeps what is absent, and returns to the configuration with null', async () => {
    const slug = await createTenant(test, admin, { passwordMinLength: 12, sessionLimit: 5 })
    const settings = { passwordMinLength: null, singleSession: true }
    expect(await calls.update(admin, { slug, settings })).toMatchObject({
      __typename: 'UpdateTenantSuccess',
      tenant: {
        name: 'Acme',
        settings: { passwordMinLength: null, sessionLimit: 5, singleSession: true },
      },
    })
    expect(await calls.update(admin, { slug, name: 'Other', settings: null })).toMatchObject({
      tenant: { name: 'Other', settings: { sessionLimit: 5 } },
    })
    expect(await minLengthOf(slug)).toBe(10)
  })

  it('applies at once to the tenant, although its rules were in memory', async () => {
    const slug = await createTenant(test, admin)
    expect(await minLengthOf(slug)).toBe(10)
    await calls.update(admin, { slug, settings: { passwordMinLength: 20 } })
    expect(await minLengthOf(slug)).toBe(20)
  })

  it('records old and new values and one revocation for each change, and nothing for none', async () => {
    const slug = await createTenant(test, admin, { sessionLimit: 5 })
    const change = { slug, name: 'New', settings: { sessionLimit: 3 } }
    await calls.update(admin, change)
    await calls.update(admin, change)
    const { own, ofDefault } = await tenantEvents(test, slug)
    const details = { name: { from: 'Acme', to: 'New' }, settings: { sessionLimit: { from: 5, to: 3 } } }
    expect(own).toMatchObject([{}, { type: 'TENANT_CHANGED', details }])
    expect(ofDefault).toMatchObject([{}, { type: 'TENANT_CHANGED', details, actorId: admin.userId }])
    expect(await tenantRevocations(test, slug)).toEqual([{ tenantVersion: 1, issuedBefore: null }])
  })

  it('keeps parallel changes of different settings', async () => {
    const slug = await createTenant(test, admin)
    const changes = [{ passwordMinLength: 15 }, { sessionLimit: 2 }, { passwordRequireDigit: true }]
    await Promise.all(changes.map((settings) => calls.update(admin, { slug, settings })))
    expect((await calls.find(admin, slug)).settings).toMatchObject(Object.assign({}, ...changes))
    expect((await tenantRevocations(test, slug)).map(({ tenantVersion }) => tenantVersion)).toEqual([1, 2, 3])
  })

  it('keeps settings that only a later version of the service knows', async () => {
    const slug = await createTenant(test, admin)
    const where = { slug }
    await test.database.client.tenant.update({ where, data: { settings: { ofLaterVersion: ['x'] } } })
    await calls.update(admin, { slug, settings: { sessionLimit: 2 } })
    const { settings } = await test.database.client.tenant.findUniqueOrThrow({ where })
    expect(settings).toEqual({ ofLaterVersion: ['x'], sessionLimit: 2 })
  })

  it('lists every mistake, and changes nothing then', async () => {
    const slug = await createTenant(test, admin)
    const result = await calls.update(admin, {
      slug,
      name: 'x'.repeat(101),
      settings: { passwordMinLength: 65, sessionLimit: 3 },
    })
    expect(issueCodes(result)).toEqual(['name TOO_LONG', 'settings.passwordMinLength OUT_OF_BOUNDS'])
    expect(await calls.find(admin, slug)).toMatchObject({ name: 'Acme', settings: { sessionLimit: null } })
  })

  it('changes the default tenant as well', async () => {
    expect(await calls.update(admin, { slug: 'DEFAULT ', name: 'Everyone' })).toMatchObject({
      tenant: { slug: 'default', name: 'Everyone' },
    })
  })
})

describe('setTenantActive', () => {
  const reason = 'Contract ended'

  it('deactivates a tenant, counts its sessions, and says so in both logs', async () => {
    const slug = await createTenant(test, admin)
    await signUp(test.actor(), { tenant: slug })
    await signUp(test.actor(), { tenant: slug })
    expect(await calls.setActive(admin, { slug, active: false, reason })).toMatchObject({
      __typename: 'SetTenantActiveSuccess',
      tenant: { slug, active: false },
      revokedSessions: 2,
    })
    const { own, ofDefault } = await tenantEvents(test, slug)
    expect(own.at(-1)).toMatchObject({ type: 'TENANT_DEACTIVATED', reason, actorId: null })
    expect(ofDefault.at(-1)).toMatchObject({ type: 'TENANT_DEACTIVATED', reason, actorId: admin.userId })
  })

  it('refuses the access tokens of the tenant from then on, and those of before after a reactivation', async () => {
    const slug = await createTenant(test, admin)
    const user = await signUp(test.actor(), { tenant: slug })
    const me = async ({ accessToken }: SignedIn) =>
      (await test.actor().ask('{ me { id } }', {}, Actor.bearer(accessToken))).errors[0]?.extensions.reason
    expect(await me(user)).toBeUndefined()
    await calls.setActive(admin, { slug, active: false, reason })
    expect(await me(user)).toBe('TOKEN_REVOKED')
    expect(await me(admin)).toBeUndefined()
    test.clock.advance(1)
    expect(await calls.setActive(admin, { slug, active: true, reason })).toMatchObject({
      tenant: { active: true },
      revokedSessions: 0,
    })
    expect(await me(user)).toBe('TOKEN_REVOKED')
    expect(await me(await signUp(test.actor(), { tenant: slug }))).toBeUndefined()
  })

  it('ends the sessions and API keys that began in its own second for good', async () => {
    const slug = await createTenant(test, admin)
    const owner = await signUpAs(test, 'ADMIN', slug)
    const { secret } = await makeKey(test, owner.accessToken, { permissions: ['users:read'] })
    const byKey = async () =>
      reasonOf(await test.actor().ask('{ users { totalCount } }', {}, { 'x-api-key': secret }))
    expect(await byKey()).toBe('ok')
    await calls.setActive(admin, { slug, active: false, reason })
    expect(await byKey()).toBe('TOKEN_REVOKED')
    test.clock.advance(1)
    await calls.setActive(admin, { slug, active: true, reason })
    expect(await askRefresh(test.actor(), owner.refreshToken)).toMatchObject({
      code: 'INVALID_REFRESH_TOKEN',
    })
    expect(await byKey()).toBe('TOKEN_REVOKED')
    const { accessToken } = await signIn(test.actor(), owner.email, { tenant: slug })
    expect(await calls.find({ accessToken })).toMatchObject({ slug, active: true })
  })

  it('does nothing if the tenant already has the state', async () => {
    const slug = await createTenant(test, admin)
    for (const active of [true, false, false])
      expect(await calls.setActive(admin, { slug, active, reason })).toMatchObject({ tenant: { active } })
    expect(await tenantRevocations(test, slug)).toHaveLength(1)
    expect((await tenantEvents(test, slug)).own).toHaveLength(2)
  })

  it('of parallel calls deactivates once', async () => {
    const slug = await createTenant(test, admin)
    await signUp(test.actor(), { tenant: slug })
    const input = { slug, active: false, reason }
    const results = await Promise.all([1, 2, 3].map(() => calls.setActive(admin, input)))
    expect(results.map(({ revokedSessions }) => revokedSessions).toSorted()).toEqual([0, 0, 1])
    expect(await tenantRevocations(test, slug)).toHaveLength(1)
  })

  it('refuses the default tenant, an unknown one and a missing reason', async () => {
    expect(issueCodes(await calls.setActive(admin, { slug: 'Default', active: false, reason }))).toEqual([
      'slug DEFAULT_TENANT',
    ])
    expect(await calls.setActive(admin, { slug: freshSlug(), active: false, reason })).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(issueCodes(await calls.setActive(admin, { slug: 'x', active: false, reason: ' ' }))).toEqual([
      'reason REQUIRED',
    ])
  })
})

describe('authTenants', () => {
  it('lists all tenants in pages, newest first', async () => {
    const slugs = [await createTenant(test, admin), await createTenant(test, admin)]
    test.clock.advance(1)
    slugs.push(await createTenant(test, admin))
    const first = await calls.list(admin, { first: 2 })
    const second = await calls.list(admin, { first: 2, after: first.pageInfo.endCursor })
    const found = [...first.nodes, ...second.nodes].map(({ slug }: { slug: string }) => slug)
    expect(found.slice(0, 3)).toEqual(slugs.toReversed())
    expect(first.pageInfo.hasNextPage).toBe(true)
    const last = await calls.list(admin, { last: 1 })
    expect(last.nodes).toMatchObject([{ slug: 'default' }])
  })

  it('counts the accounts of each tenant', async () => {
    const slug = await createTenant(test, admin)
    await signUp(test.actor(), { tenant: slug })
    const { nodes } = await calls.list(admin, { first: 2 })
    expect(nodes[0]).toMatchObject({ slug, userCount: 1 })
  })
})

describe('authTenant', () => {
  it('returns the own tenant without a slug; settings and counts only with settings:write', async () => {
    const slug = await createTenant(test, admin, { sessionLimit: 4 })
    const user = await signUp(test.actor(), { tenant: slug })
    const own = await signUpAs(test, 'ADMIN', slug)
    expect(await calls.find(user)).toMatchObject({ slug, settings: null, userCount: null })
    expect(await calls.find(own)).toMatchObject({ slug, settings: { sessionLimit: 4 }, userCount: 2 })
    expect(await calls.find(own, ` ${slug.toUpperCase()} `)).toMatchObject({ slug })
  })

  it('is null for other tenants, unknown ones and strangers', async () => {
    const slug = await createTenant(test, admin)
    const other = await signUpAs(test, 'ADMIN', await insertTenant(test.database))
    for (const named of [slug, 'default', freshSlug(), 'x\u0000'])
      expect(await calls.find(other, named)).toBeNull()
    const { data, errors } = await test.actor().ask('{ authTenant { id } }', {})
    expect({ data, errors }).toEqual({ data: { authTenant: null }, errors: [] })
    expect(await calls.find(admin, 'x\u0000')).toBeNull()
  })
})
