import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { permissions } from '../../src/domain/access/permissions.ts'
import { Actor } from '../support/actor.ts'
import { resultOf } from '../support/answers.ts'
import { makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import {
  authTenantsDocument,
  createTenantDocument,
  setTenantActiveDocument,
  setUserRoleDocument,
  updateTenantDocument,
} from '../support/operations.ts'
import { askAs, askLogin, type SignedIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { countRows, tenantIdOf } from '../support/rows.ts'
import {
  createTenant,
  freshSlug,
  type TenantCalls,
  tenantCalls,
  tenantEvents,
  tenantRevocations,
} from '../support/tenant-calls.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'

/** Two services on one database, as two replicas are. */
let database: Database
let here: TestApp
let there: TestApp
let calls: TenantCalls
let manager: SignedIn
beforeAll(async () => {
  database = await openTestDatabase()
  here = await createTestApp({ database })
  there = await createTestApp({ database, clock: here.clock })
  calls = tenantCalls(here)
  manager = await signUpAs(here, 'ADMIN')
})
afterAll(async () => {
  await here.close()
  await there.close()
  await database.close()
})

const rowOf = (slug: string) => database.client.tenant.findUniqueOrThrow({ where: { slug } })
const reason = 'a test'

describe('an administrator of another tenant', () => {
  it('gets the same answer for every tenant but the own one, and changes nothing', async () => {
    const victim = await createTenant(here, manager, { sessionLimit: 5 })
    const attacker = await signUpAs(here, 'ADMIN', await createTenant(here, manager))
    const before = [await rowOf(victim), await rowOf('default')]
    const inputs = [{ name: 'Mine' }, { name: ' ' }, { settings: { sessionLimit: 0 } }, {}]
    for (const input of inputs) {
      const answers = []
      for (const slug of [victim, 'default', ` ${victim.toUpperCase()} `, freshSlug()])
        answers.push(await calls.update(attacker, { slug, ...input }))
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
      expect(answers[0]).toMatchObject({ __typename: 'AuthNotFoundProblem', code: 'NOT_FOUND' })
    }
    expect(await calls.setActive(attacker, { slug: victim, active: false, reason })).toMatchObject({
      code: 'FORBIDDEN',
    })
    expect(await calls.create(attacker, { slug: freshSlug(), name: 'Mine' })).toMatchObject({
      code: 'FORBIDDEN',
    })
    expect(await calls.list(attacker)).toMatchObject({ code: 'FORBIDDEN' })
    expect([await rowOf(victim), await rowOf('default')]).toEqual(before)
  })

  it('needs two factors for actions on others where the tenant requires a second factor of administrators', async () => {
    const slug = await createTenant(here, manager)
    const [own, ada] = [await signUpAs(here, 'ADMIN', slug), await signUp(here.actor(), { tenant: slug })]
    const promote = (role: string) =>
      askAs(here, own, setUserRoleDocument, { input: { userId: ada.userId, role, reason } })
    expect(await promote('MODERATOR')).toMatchObject({ __typename: 'UserChangeSuccess' })
    await calls.update(manager, { slug, settings: { mfa: 'PRIVILEGED' } })
    expect(await promote('USER')).toMatchObject({
      __typename: 'ReauthenticationRequiredProblem',
      requiredAssurance: 'AAL2',
    })
  })

  it('cannot weaken a rule of the configuration, and cannot switch its own tenant', async () => {
    const slug = await createTenant(here, manager)
    const own = await signUpAs(here, 'ADMIN', slug)
    const weaker = { passwordMinLength: 1, mfa: 'OFF', emailVerification: 'OFF', singleSession: false }
    const { issues } = await calls.update(own, { slug, settings: weaker })
    expect(issues.map(({ code }: { code: string }) => code)).toContain('WEAKER_THAN_CONFIGURED')
    expect(await calls.setActive(own, { slug, active: false, reason })).toMatchObject({ code: 'FORBIDDEN' })
  })

  it('gets one issue for a setting with thousands of entries', async () => {
    const slug = await createTenant(here, manager)
    const own = await signUpAs(here, 'ADMIN', slug)
    const keys = Array.from({ length: 5000 }, (_, n) => `k${n}`)
    const settings = {
      rateLimits: Object.fromEntries(keys.map((key) => [key, 1])),
      registrationDomains: keys,
    }
    const { issues } = await calls.update(own, { slug, settings })
    expect(issues.map(({ path }: { path: string[] }) => path)).toEqual([
      ['settings', 'registrationDomains'],
      ['settings', 'rateLimits'],
    ])
  })

  it('does not learn who changed the own tenant', async () => {
    const slug = await createTenant(here, manager)
    const own = await signUpAs(here, 'ADMIN', slug)
    await calls.update(manager, { slug, name: 'Renamed' })
    await calls.update(own, { slug, name: 'Renamed again' })
    const events = await tenantEvents(here, slug)
    expect(events.own.map(({ actorId }) => actorId)).toEqual([null, null, own.userId])
    expect(events.ofDefault).toHaveLength(2)
    expect(JSON.stringify(events.own)).not.toContain(manager.userId)
    const log = await askAs(
      here,
      own,
      '{ auditEvents(first: 50) { nodes { type actor { id } ipAddress } } }',
      {},
    )
    expect(JSON.stringify(log)).not.toContain(manager.userId)
  })
})

describe('moderators and users', () => {
  it('change no tenant and see no settings', async () => {
    const slug = await createTenant(here, manager, { sessionLimit: 5 })
    for (const role of ['MODERATOR', 'USER'] as const) {
      const viewer = await signUpAs(here, role, slug)
      expect(await calls.update(viewer, { slug, name: 'Mine' })).toMatchObject({ code: 'FORBIDDEN' })
      expect(await calls.find(viewer)).toMatchObject({ slug, settings: null, userCount: null })
    }
  })
})

describe('an API key with every permission', () => {
  it('of the default tenant lists tenants and changes none', async () => {
    const slug = await createTenant(here, manager)
    const { secret } = await makeKey(here, manager.accessToken, { permissions })
    const byKey = async (document: string, variables: object) =>
      resultOf(await here.actor().ask(document, { ...variables }, { 'x-api-key': secret }))
    const page = await byKey(authTenantsDocument, { first: 1 })
    expect(page.nodes).toMatchObject([{ slug, settings: { sessionLimit: null } }])
    const before = await countRows(database)
    for (const [document, input] of [
      [createTenantDocument, { slug: freshSlug(), name: 'Mine' }],
      [updateTenantDocument, { slug, name: 'Mine' }],
      [setTenantActiveDocument, { slug, active: false, reason }],
    ] as const)
      expect(await byKey(document, { input })).toMatchObject({ code: 'FORBIDDEN' })
    expect((await countRows(database)).tenants).toBe(before.tenants)
    expect(await rowOf(slug)).toMatchObject({ name: 'Acme', active: true, version: 0 })
  })
})

describe('a mutation on tenants', () => {
  it('requires recent reauthentication, before it says anything about the tenant', async () => {
    const slug = await createTenant(here, manager)
    const late = await signUpAs(here, 'ADMIN')
    here.clock.advance(901)
    for (const named of [slug, freshSlug(), 'no slug!']) {
      const results = [
        await calls.create(late, { slug: named, name: 'Acme' }),
        await calls.update(late, { slug: named, name: 'Mine' }),
        await calls.setActive(late, { slug: named, active: false, reason }),
      ]
      expect(results.map(({ code }) => code)).toEqual(Array(3).fill('REAUTHENTICATION_REQUIRED'))
    }
    manager = await signUpAs(here, 'ADMIN')
  })

  it('with cookies requires x-csrf-token', async () => {
    const admin = await signUpAs(here, 'ADMIN')
    const browser = here.actor()
    await askLogin(browser, admin.email, { tokenTransport: 'COOKIE' })
    const input = { slug: freshSlug(), name: 'Acme' }
    expect(resultOf(await browser.ask(createTenantDocument, { input }))).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'CSRF',
    })
  })

  it('of an administrator who is demoted at the same moment either comes first or is refused', async () => {
    const second = await signUpAs(here, 'ADMIN')
    const slug = await createTenant(here, manager)
    const demotion = { userId: second.userId, role: 'USER' }
    const [, changed] = await Promise.all([
      askAs(here, manager, setUserRoleDocument, { input: demotion }),
      calls.setActive(second, { slug, active: false, reason }),
    ])
    const refused = ['TOKEN_REVOKED', 'FORBIDDEN'].includes(changed.reason ?? changed.code)
    expect((await rowOf(slug)).active).toBe(refused)
    expect(await calls.setActive(second, { slug, active: false, reason })).not.toHaveProperty('tenant')
  })

  it('of an administrator of a tenant that is deactivated at the same moment is not applied afterwards', async () => {
    const slug = await createTenant(here, manager)
    const own = await signUpAs(here, 'ADMIN', slug)
    const [off] = await Promise.all([
      calls.setActive(manager, { slug, active: false, reason }),
      calls.update(own, { slug, name: 'Mine' }),
    ])
    expect(off).toMatchObject({ tenant: { active: false } })
    const revocations = await tenantRevocations(here, slug)
    expect(revocations.at(-1)?.issuedBefore).not.toBeNull()
    expect(revocations.at(-1)?.tenantVersion).toBe((await rowOf(slug)).version)
    expect(await calls.update(own, { slug, name: 'Later' })).toMatchObject({ reason: 'TOKEN_REVOKED' })
  })
})

describe('parallel changes in two processes', () => {
  it('follow one another: the tenant is inactive, has the setting, and its tokens are refused everywhere', async () => {
    const slug = await createTenant(here, manager)
    const user = await signUp(here.actor(), { tenant: slug })
    // Changes of one administrator wait for the row of their account.
    const [second, third] = [await signUpAs(here, 'ADMIN'), await signUpAs(here, 'ADMIN')]
    await Promise.all([
      calls.update(manager, { slug, settings: { sessionLimit: 2 } }),
      tenantCalls(there).setActive(second, { slug, active: false, reason }),
      tenantCalls(there).update(third, { slug, settings: { passwordMinLength: 30 } }),
    ])
    expect(await rowOf(slug)).toMatchObject({
      active: false,
      version: 3,
      settings: { sessionLimit: 2, passwordMinLength: 30 },
    })
    const versions = (await tenantRevocations(here, slug)).map(({ tenantVersion }) => tenantVersion)
    expect(versions.toSorted()).toEqual([1, 2, 3])
    for (const app of [here, there])
      await eventually(async () => expect(await whoIs(app.actor(), user.accessToken)).toBe('TOKEN_REVOKED'))
  })

  it('of one setting leave the value of the last one', async () => {
    const slug = await createTenant(here, manager)
    const limits = [2, 3, 4, 5]
    const managers: SignedIn[] = []
    for (const _ of limits) managers.push(await signUpAs(here, 'ADMIN'))
    const results = await Promise.all(
      limits.map((sessionLimit, n) =>
        tenantCalls(n % 2 === 0 ? here : there).update(managers[n] ?? manager, {
          slug,
          settings: { sessionLimit },
        }),
      ),
    )
    expect(results.every(({ __typename }) => __typename === 'UpdateTenantSuccess')).toBe(true)
    const { own } = await tenantEvents(here, slug)
    const changes = own.filter(({ type }) => type === 'TENANT_CHANGED')
    const steps = changes.map(({ details }) => details.settings)
    const chain = steps.map((step) => JSON.parse(JSON.stringify(step)).sessionLimit)
    const ends = new Map(chain.map(({ from, to }: { from: number | null; to: number }) => [from, to]))
    let last: number | null = null
    for (let n = 0; n < limits.length; n += 1) last = ends.get(last) ?? last
    expect(await rowOf(slug)).toMatchObject({ version: 4, settings: { sessionLimit: last } })
  })
})

describe('a slug', () => {
  it('is read in one form, so that no form is another tenant', async () => {
    const slug = freshSlug('khouse')
    await calls.create(manager, { slug, name: 'Acme' })
    const { email, userId } = await signUp(here.actor(), { tenant: ` ${slug.toUpperCase()}\u200b` })
    const { tenantId } = await database.client.user.findUniqueOrThrow({ where: { id: userId } })
    expect(tenantId).toBe(await tenantIdOf(database, slug))
    expect(await askLogin(here.actor(), email, { tenant: slug })).toMatchObject({
      __typename: 'LoginSuccess',
    })
    for (const tenant of [`\u212a${slug.slice(1)}`, `${slug}\u0301`, slug.replace('k', 'к'), `${slug}.`])
      expect(await askLogin(here.actor(), email, { tenant })).toMatchObject({ code: 'INVALID_CREDENTIALS' })
  })

  it('of an inactive tenant stays taken', async () => {
    const slug = await createTenant(here, manager)
    await calls.setActive(manager, { slug, active: false, reason })
    expect(await calls.create(manager, { slug, name: 'Acme' })).toMatchObject({ code: 'NAME_TAKEN' })
    expect(await calls.update(manager, { slug, name: 'Renamed' })).toMatchObject({
      tenant: { name: 'Renamed', active: false },
    })
  })
})

describe('a display name', () => {
  it.each(['a\u202eb', 'a\nb', 'a\u0000b', '\ud800', '\u200b'])('refuses %j', async (name) => {
    const { issues } = await calls.create(manager, { slug: freshSlug(), name })
    expect(issues).toMatchObject([{ path: ['name'] }])
  })
})

describe('authTenants', () => {
  it('refuses forged cursors and pages out of bounds', async () => {
    const { data } = await here
      .actor()
      .ask(authTenantsDocument, { first: 101 }, Actor.bearer(manager.accessToken))
    expect(data.authTenants).toBeNull()
    expect(await calls.list(manager, { after: 'forged' })).toMatchObject({ code: 'BAD_USER_INPUT' })
  })
})
