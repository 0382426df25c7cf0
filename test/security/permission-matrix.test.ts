import { isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { permissionsOf } from '../../src/domain/access/permissions.ts'
import { userRoles } from '../../src/domain/users/user.ts'
import { createSchema } from '../../src/graphql/schema.ts'
import { listedFields } from '../../src/graphql/shield.ts'
import { Actor, type GraphqlAnswer } from '../support/actor.ts'
import { signUpAs } from '../support/administrators.ts'
import { logoutDocument } from '../support/operations.ts'
import { signIn, signUp } from '../support/people.ts'
import { type RootRule, rootRules, type UserFieldRule, userFieldRules } from '../support/permission-table.ts'
import { insertTenant } from '../support/rows.ts'
import { sampleField, sampleOperation } from '../support/sample-operations.ts'
import { permissionOf, rootFields, scopesOf } from '../support/schema-rules.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const schema = createSchema()
const roots = rootFields(schema)
const userType = schema.getType('User')
const userFields = isObjectType(userType) ? Object.values(userType.getFields()) : []

/** Whoever asks: `headers` says so to the server, the rest says what is to be expected. */
interface Viewer {
  readonly headers: () => Promise<Readonly<Record<string, string>>>
  readonly credential: 'none' | 'bad' | 'session'
  readonly scope: readonly string[]
}

const viewerNames = ['nobody', 'user', 'moderator', 'admin', 'expired', 'revoked', 'forged'] as const
let test: TestApp
let viewers: Readonly<Record<(typeof viewerNames)[number], Viewer>>
beforeAll(async () => {
  test = await createTestApp()
  const expired = (await signUpAs(test, 'ADMIN')).accessToken
  test.clock.advance(3600)
  const revoked = (await signUpAs(test, 'ADMIN')).accessToken
  await test.actor().ask(logoutDocument, {}, Actor.bearer(revoked))
  const bad = (token: string) => ({
    headers: async () => Actor.bearer(token),
    credential: 'bad' as const,
    scope: scopeOf(token),
  })
  viewers = {
    nobody: { headers: async () => ({}), credential: 'none', scope: [] },
    user: await session('USER'),
    moderator: await session('MODERATOR'),
    admin: await session('ADMIN'),
    expired: bad(expired),
    revoked: bad(revoked),
    forged: bad(`${expired.slice(0, -8)}AAAAAAAA`),
  }
})
afterAll(() => test.close())

/** Somebody who signs in anew for each question: some of them end sessions. */
async function session(role: (typeof userRoles)[number]): Promise<Viewer> {
  const { email, accessToken } = await signUpAs(test, role)
  return {
    headers: async () => Actor.bearer((await signIn(test.actor(), email)).accessToken),
    credential: 'session',
    scope: scopeOf(accessToken),
  }
}

/** The `scope` of an access token: all that a gateway knows of somebody's rights. */
function scopeOf(token: string): readonly string[] {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  return claims.scope === '' ? [] : String(claims.scope).split(' ')
}

function verdictOf({ errors }: GraphqlAnswer): string {
  const code = errors[0]?.extensions.code
  expect([undefined, 'UNAUTHENTICATED', 'FORBIDDEN', 'BAD_USER_INPUT']).toContain(code)
  return code === 'UNAUTHENTICATED' || code === 'FORBIDDEN' ? code : 'allowed'
}

function expectedOf(rule: RootRule, { credential, scope }: Viewer): string {
  if (rule.who === 'anyone') {
    return credential === 'bad' && rule.refusesBadCredentials === true ? 'UNAUTHENTICATED' : 'allowed'
  }
  if (credential !== 'session') return 'UNAUTHENTICATED'
  return rule.who === 'signedIn' || scope.includes(rule.who) ? 'allowed' : 'FORBIDDEN'
}

describe('the table', () => {
  it('has a row for every root field, and every row has its line in the shield', () => {
    const there = [...roots.map(({ place }) => place), 'Query._entities', 'Query._service'].toSorted()
    expect(Object.keys(rootRules).toSorted()).toEqual(there)
    const listed = Object.entries(listedFields).flatMap(([type, names]) =>
      names.map((name) => `${type}.${name}`),
    )
    expect(listed.toSorted()).toEqual(there)
  })

  it('has a row for every field of User', () => {
    expect(Object.keys(userFieldRules).toSorted()).toEqual(userFields.map(({ name }) => name).toSorted())
  })

  it.each(roots)('is what stands beside $place', ({ place, field, mutates }) => {
    const who = rootRules[place]?.who
    if (who === 'anyone') return expect(scopesOf(field)).toEqual(['anyone'])
    if (who === 'signedIn') return expect(scopesOf(field)).toEqual([mutates ? 'acting' : 'signedIn'])
    expect(scopesOf(field)).toEqual([mutates ? 'actingWith' : 'permission'])
    expect(permissionOf(field)).toBe(who)
  })

  it.each(userRoles)('gives %s the scope of its tokens and the permissions of its user', async (role) => {
    const { accessToken } = await signUpAs(test, role)
    const answer = await test.actor().ask('{ me { permissions } }', {}, Actor.bearer(accessToken))
    expect(answer.data.me.permissions).toEqual(permissionsOf(role))
    expect(scopeOf(accessToken)).toEqual(permissionsOf(role))
  })
})

describe.each(roots)('$place', ({ place, field, mutates }) => {
  const operation = sampleOperation(mutates ? 'Mutation' : 'Query', field)

  it.each(viewerNames)('treats %s as the table says, and no directive is stricter', async (name) => {
    const rule = rootRules[place]
    if (rule === undefined) throw new Error('There is no row for it.')
    const verdict = verdictOf(await test.actor().ask(operation, {}, await viewers[name].headers()))
    expect(verdict).toBe(expectedOf(rule, viewers[name]))
    if (refusedByDirectives(field.extensions, viewers[name])) expect(verdict).not.toBe('allowed')
  })
})

/** What a gateway does that looks at nothing but directives and claims. */
function refusedByDirectives(extensions: Readonly<Record<string, unknown>>, viewer: Viewer): boolean {
  const text = JSON.stringify(extensions.directives ?? {})
  if (text.includes('authenticated') && viewer.credential !== 'session') return true
  const [, permission] = /"scopes":\[\["([^"]+)"\]\]/.exec(text) ?? []
  return permission !== undefined && !viewer.scope.includes(permission)
}

describe('directives', () => {
  it('are seen: the gateway of these tests refuses somebody', () => {
    const refused = roots.filter(({ field }) => refusedByDirectives(field.extensions, viewers.nobody))
    const restricted = roots.filter(({ place }) => rootRules[place]?.who !== 'anyone')
    expect(refused).toEqual(restricted)
    const forUsers = roots.filter(({ field }) => refusedByDirectives(field.extensions, viewers.user))
    const permitted = restricted.filter(({ place }) => rootRules[place]?.who !== 'signedIn')
    expect(forUsers).toEqual(permitted)
  })

  it('stand on root fields alone: what an owner may read of himself carries none', () => {
    const others = Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .filter(({ name }) => name !== 'Query' && name !== 'Mutation')
      .flatMap((type) => [type, ...Object.values(type.getFields())])
    const marked = others.filter(({ extensions }) =>
      /authenticated|requiresScopes/.test(JSON.stringify(extensions.directives ?? {})),
    )
    expect(marked).toEqual([])
  })
})

describe('what is personal about a user', () => {
  const readers = [
    'owner',
    'nobody',
    'other user',
    'moderator',
    'admin',
    'foreign admin',
    'expired',
    'revoked',
  ] as const
  type Reader = (typeof readers)[number]
  const shown = new Map<string, unknown>()

  beforeAll(async () => {
    const owner = await signUp(test.actor(), {
      firstName: 'Ada',
      lastName: 'Lovelace',
      phoneNumber: '+493012345678',
    })
    const id = owner.userId
    const foreign = await signUpAs(test, 'ADMIN', await insertTenant(test.database))
    const headers: Readonly<Record<Reader, Readonly<Record<string, string>>>> = {
      owner: Actor.bearer(owner.accessToken),
      nobody: {},
      'other user': await viewers.user.headers(),
      moderator: await viewers.moderator.headers(),
      admin: await viewers.admin.headers(),
      'foreign admin': Actor.bearer(foreign.accessToken),
      expired: await viewers.expired.headers(),
      revoked: await viewers.revoked.headers(),
    }
    const lockedAt = test.clock.now()
    const lockedUntil = new Date(lockedAt.getTime() + 60_000)
    await test.database.client.user.update({
      where: { id },
      data: { username: 'ada', usernameKey: 'ada', lockedAt, lockedUntil },
    })
    const selected = userFields.map(sampleField).join(' ')
    const entities = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { ${selected} } } }`
    const direct = `query ($id: ID!) { user(id: $id) { ${selected} } }`
    for (const reader of readers) {
      const of = [{ __typename: 'User', id }]
      const entity = await test.actor().ask(entities, { of }, headers[reader])
      expect(entity.errors).toEqual([])
      shown.set(`${reader} _entities`, entity.data._entities[0])
      const answer = await test.actor().ask(direct, { id }, headers[reader])
      shown.set(`${reader} user`, answer.data?.user ?? null)
    }
    const me = await test.actor().ask(`{ me { ${selected} } }`, {}, headers.owner)
    shown.set('owner me', me.data.me)
  })

  const may: Readonly<Record<Reader, (rule: UserFieldRule) => boolean>> = {
    owner: (rule) => rule === 'public' || rule === 'personal',
    nobody: (rule) => rule === 'public',
    'other user': (rule) => rule === 'public',
    moderator: () => true,
    admin: () => true,
    'foreign admin': () => false,
    expired: (rule) => rule === 'public',
    revoked: (rule) => rule === 'public',
  }
  /** Where a user is found; who may not read users, finds nobody by `user`. */
  const ways = readers.flatMap((reader) => [
    { reader, way: '_entities', found: reader !== 'foreign admin' },
    { reader, way: 'user', found: reader === 'moderator' || reader === 'admin' },
    ...(reader === 'owner' ? [{ reader, way: 'me', found: true }] : []),
  ])

  describe.each(ways)('to $reader by $way', ({ reader, way, found }) => {
    it.each(Object.entries(userFieldRules))('%s is shown as the table says', (field, rule) => {
      const user = shown.get(`${reader} ${way}`)
      if (!found) return expect(user).toBeNull()
      const value: unknown = Object(user)[field]
      expect(value === null ? 'null' : 'shown').toBe(may[reader](rule) ? 'shown' : 'null')
    })
  })
})
