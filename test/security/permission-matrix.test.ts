import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  defaultTenantId,
  type Permission,
  permissions,
  permissionsOf,
} from '../../src/domain/access/permissions.ts'
import { userRoles } from '../../src/domain/users/user.ts'
import { createSchema } from '../../src/graphql/schema.ts'
import { endUnread } from '../../src/http/answer/node-stream.ts'
import { Actor, type GraphqlAnswer } from '../support/actor.ts'
import {
  openViewers,
  scopeOf,
  type Viewer,
  type ViewerName,
  type Viewers,
  viewerNames,
} from '../support/matrix-viewers.ts'
import { signUpAs } from '../support/people.ts'
import { permissionTable, type RootRule, rootRules } from '../support/permission-table.ts'
import { insertTenant } from '../support/rows.ts'
import { sampleOperation } from '../support/sample-operations.ts'
import { permissionOf, rootFields, scopesOf } from '../support/schema-rules.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const schema = createSchema()
const roots = rootFields(schema)

let test: TestApp
let viewers: Viewers
beforeAll(async () => {
  test = await createTestApp()
  viewers = await openViewers(test)
})
afterAll(() => test.close())

function ruleOf(place: string): RootRule {
  const rule = rootRules[place]
  if (rule === undefined) throw new Error(`Add a row for ${place} to rootRules in ${permissionTable}.`)
  return rule
}

/** A key with the permission has no other permission; a key without it has all others. */
function viewerOf(name: ViewerName, { who }: RootRule): Viewer | Promise<Viewer> {
  const required: readonly Permission[] = who === 'anyone' || who === 'signedIn' ? permissions : [who]
  if (name === 'key with the permission') return viewers.keys(required)
  if (name === 'key without it')
    return viewers.keys(permissions.filter((permission) => !required.includes(permission)))
  return viewers.of[name]
}

function verdictOf({ errors }: Pick<GraphqlAnswer, 'errors'>): string {
  const code = errors[0]?.extensions.code
  expect([undefined, 'UNAUTHENTICATED', 'FORBIDDEN', 'BAD_USER_INPUT']).toContain(code)
  return code === 'UNAUTHENTICATED' || code === 'FORBIDDEN' ? code : 'allowed'
}

function expectedOf(rule: RootRule, name: ViewerName, { credential, scope }: Viewer): string {
  const { who, refusesBadCredentials = false, usersOnly = false, installation = false } = rule
  if (who === 'anyone') return credential === 'bad' && refusesBadCredentials ? 'UNAUTHENTICATED' : 'allowed'
  if (credential === 'none' || credential === 'bad') return 'UNAUTHENTICATED'
  if (credential === 'key' && (usersOnly || who === 'signedIn')) return 'FORBIDDEN'
  if (installation && name === 'admin of another tenant') return 'FORBIDDEN'
  return who === 'signedIn' || scope.includes(who) ? 'allowed' : 'FORBIDDEN'
}

describe('the table', () => {
  it('has a row for every root field and no other', () => {
    const fields = [...roots.map(({ place }) => place), 'Query._entities', 'Query._service'].toSorted()
    expect(Object.keys(rootRules).toSorted(), `Edit rootRules in ${permissionTable}`).toEqual(fields)
  })

  it('agrees with docs/administration.md about roles', () => {
    const page = readFileSync('docs/administration.md', 'utf8')
    const written = userRoles.map(
      (role) => new RegExp(`^\\| \`${role}\` \\| (.*) \\|$`, 'm').exec(page)?.[1] ?? '',
    )
    expect(written[0]).toMatch(/^none/)
    expect(written[1]?.match(/[a-z-]+:[a-z]+/g)).toEqual(permissionsOf('MODERATOR', defaultTenantId))
    const [everywhere, elsewhere = ''] = written[2]?.split('; of another tenant: all but ') ?? []
    expect([everywhere, permissionsOf('ADMIN', defaultTenantId)]).toEqual(['all', permissions])
    const kept: readonly string[] = elsewhere.match(/[a-z-]+:[a-z]+/g) ?? []
    expect(kept).toEqual(['keys:rotate', 'system:read', 'tenants:read', 'tenants:write'])
    expect(permissionsOf('ADMIN', randomUUID())).toEqual(permissions.filter((one) => !kept.includes(one)))
  })

  it.each(roots)('agrees with the access that $place declares', ({ place, field, mutates }) => {
    const { who, usersOnly = false, openInDevelopment = false, orToken = false } = ruleOf(place)
    if (openInDevelopment) return expect(scopesOf(field)).toEqual(['permissionUnlessDeveloping'])
    if (who === 'anyone' || orToken) return expect(scopesOf(field)).toEqual(['anyone'])
    if (who === 'signedIn') return expect(scopesOf(field)).toEqual([mutates ? 'acting' : 'signedIn'])
    const mutationScope = usersOnly ? 'actingUserWith' : 'actingWith'
    expect(scopesOf(field)).toEqual([mutates ? mutationScope : 'permission'])
    expect(permissionOf(field)).toBe(who)
  })

  it.each(userRoles)('gives %s the scope of its tokens and the permissions of its user', async (role) => {
    const { accessToken } = await signUpAs(test, role)
    const answer = await test.actor().ask('{ me { permissions } }', {}, Actor.bearer(accessToken))
    expect(answer.data.me.permissions).toEqual(permissionsOf(role, defaultTenantId))
    expect(scopeOf(accessToken)).toEqual(permissionsOf(role, defaultTenantId))
  })

  it.each(userRoles)('gives %s of another tenant no power over the installation', async (role) => {
    const slug = await insertTenant(test.database)
    const { accessToken } = await signUpAs(test, role, slug)
    const answer = await test.actor().ask('{ me { permissions } }', {}, Actor.bearer(accessToken))
    const tenant = await test.database.client.tenant.findUniqueOrThrow({ where: { slug } })
    const expected = permissionsOf(role, tenant.id)
    expect(answer.data.me.permissions).toEqual(expected)
    expect(scopeOf(accessToken)).toEqual(expected)
    expect(expected).not.toContain('keys:rotate')
  })

  it('names the tenant that the first migration creates', async () => {
    const tenant = await test.database.client.tenant.findUniqueOrThrow({ where: { slug: 'default' } })
    expect(tenant.id).toBe(defaultTenantId)
  })
})

describe.each(roots)('$place', ({ place, field }) => {
  const operation = sampleOperation(place.replace(/\..*/, ''), field)

  it.each(viewerNames)('treats %s as in the table, and no directive is stricter', async (name) => {
    const rule = ruleOf(place)
    const viewer = await viewerOf(name, rule)
    const verdict = verdictOf(await responseTo(operation, await viewer.headers()))
    expect(verdict).toBe(expectedOf(rule, name, viewer))
    if (refusedByDirectives(field.extensions, viewer)) expect(verdict).not.toBe('allowed')
  })
})

/** The response to an admitted subscription is a stream, which is closed unread. */
async function responseTo(
  operation: string,
  headers: Readonly<Record<string, string>>,
): Promise<Pick<GraphqlAnswer, 'errors'>> {
  if (!operation.startsWith('subscription')) return test.actor().ask(operation, {}, headers)
  const accept = 'text/event-stream, application/json'
  const response = await test.actor().send({ query: operation }, { accept, ...headers })
  const refused = response.headers.get('content-type')?.startsWith('application/json') ?? false
  if (refused) return { errors: (await response.json()).errors }
  await endUnread(response)
  return { errors: [] }
}

/** Whether a gateway that only checks directives and claims refuses the viewer. */
function refusedByDirectives(extensions: Readonly<Record<string, unknown>>, viewer: Viewer): boolean {
  const text = JSON.stringify(extensions.directives ?? {})
  if (text.includes('authenticated') && /^(none|bad)$/.test(viewer.credential)) return true
  const [, permission] = /"scopes":\[\["([^"]+)"\]\]/.exec(text) ?? []
  return permission !== undefined && !viewer.scope.includes(permission)
}

describe('directives', () => {
  it('are read by these tests: the simulated gateway refuses some viewers', () => {
    const refused = roots.filter(({ field }) =>
      refusedByDirectives(field.extensions, viewers.of['no credentials']),
    )
    const restricted = roots.filter(({ place }) => {
      const rule = rootRules[place]
      return rule?.who !== 'anyone' && rule?.orToken !== true && rule?.openInDevelopment !== true
    })
    expect(refused).toEqual(restricted)
    const forUsers = roots.filter(({ field }) => refusedByDirectives(field.extensions, viewers.of.user))
    const permitted = restricted.filter(({ place }) => rootRules[place]?.who !== 'signedIn')
    expect(forUsers).toEqual(permitted)
  })

  it('are on root fields only: fields that owners may read of themselves have none', () => {
    const others = Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .filter(({ name }) => name !== 'Query' && name !== 'Mutation' && name !== 'Subscription')
      .flatMap((type) => [type, ...Object.values(type.getFields())])
    const marked = others.filter(({ extensions }) =>
      /authenticated|requiresScopes/.test(JSON.stringify(extensions.directives ?? {})),
    )
    expect(marked).toEqual([])
  })
})
