import { isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { permissions } from '../../src/domain/access/permissions.ts'
import { createSchema } from '../../src/graphql/schema.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { openViewers } from '../support/matrix-viewers.ts'
import { signIn, signUp, signUpAs } from '../support/people.ts'
import { type UserFieldRule, userFieldRules } from '../support/permission-table.ts'
import { insertTenant, setRole } from '../support/rows.ts'
import { sampleField } from '../support/sample-operations.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const userType = createSchema().getType('User')
const userFields = isObjectType(userType) ? Object.values(userType.getFields()) : []
const selected = userFields.map(sampleField).join(' ')

type Shown = Readonly<Record<UserFieldRule, boolean>>
const nothingPersonal: Shown = { public: true, personal: false, 'audit:read': false }
const own: Shown = { public: true, personal: true, 'audit:read': false }
const everything: Shown = { public: true, personal: true, 'audit:read': true }
const readsAudit: Shown = { public: true, personal: false, 'audit:read': true }

/** The fields of one user that each viewer sees. `byId`: whether `user(id:)` finds the user. */
const readers = {
  'key of the owner with users:read': { shown: own, byId: true },
  'key of the owner with all else': { shown: nothingPersonal, byId: false },
  'key of the owner without a role': { shown: nothingPersonal, byId: false },
  owner: { shown: own, byId: false },
  nobody: { shown: nothingPersonal, byId: false },
  'other user': { shown: nothingPersonal, byId: false },
  moderator: { shown: everything, byId: true },
  admin: { shown: everything, byId: true },
  'foreign admin': { shown: nothingPersonal, byId: false },
  'expired token': { shown: nothingPersonal, byId: false },
  'revoked token': { shown: nothingPersonal, byId: false },
  'forged token': { shown: nothingPersonal, byId: false },
  'key with users:read': { shown: own, byId: true },
  'key with audit:read': { shown: readsAudit, byId: false },
  'key with all else': { shown: nothingPersonal, byId: false },
  'key of a demoted owner': { shown: nothingPersonal, byId: false },
  'expired key': { shown: nothingPersonal, byId: false },
  'revoked key': { shown: nothingPersonal, byId: false },
} as const
type Reader = keyof typeof readers
type KeyOfOwner = Extract<Reader, `key of the owner${string}`>
type Headers = Readonly<Record<string, string>>

/** The viewers whose own account it is: the user, or a key of the user. */
const isOwner = (reader: string): boolean => reader === 'owner' || reader.startsWith('key of the owner')

let test: TestApp
const answers = new Map<string, unknown>()
beforeAll(async () => {
  test = await createTestApp()
  // First: tokens expire while these come in.
  const others = await strangers()
  const { id, owner } = await ownerWithKeys()
  const headers: Readonly<Record<Exclude<Reader, KeyOfOwner>, Headers>> = { owner, ...others }
  // A locked account has everything to show. Its keys are refused, its access tokens end by a revocation.
  const lockedAt = test.clock.now()
  const lockedUntil = new Date(lockedAt.getTime() + 60_000)
  await test.database.client.user.update({ where: { id }, data: { lockedAt, lockedUntil } })
  // The row was changed behind the back of the service, whose copies live for a second.
  test.clock.advance(2)
  for (const [reader, sent] of Object.entries(headers)) await ask(reader, id, sent)
})
afterAll(() => test.close())

async function ask(reader: string, id: string, headers: Headers): Promise<void> {
  const actor = test.actor()
  const entities = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { ${selected} } } }`
  const entity = await actor.ask(entities, { of: [{ __typename: 'User', id }] }, headers)
  expect(entity.errors).toEqual([])
  answers.set(`${reader} _entities`, entity.data._entities[0])
  const byId = await actor.ask(`query ($id: ID!) { user(id: $id) { ${selected} } }`, { id }, headers)
  answers.set(`${reader} user`, byId.data.user)
  if (isOwner(reader)) {
    const me = await actor.ask(`{ me { ${selected} } }`, {}, headers)
    answers.set(`${reader} me`, me.data.me)
  }
}

/** A user with every field set. The keys are used before the lock, because keys of a locked user are refused. */
async function ownerWithKeys(): Promise<{ id: string; owner: Headers }> {
  const names = { firstName: 'Ada', lastName: 'Lovelace', phoneNumber: '+493012345678', locale: 'de' }
  const { userId: id, email } = await signUp(test.actor(), { ...names, username: 'ada' })
  await setRole(test.database, id, 'ADMIN')
  const { accessToken } = await signIn(test.actor(), email)
  const keyOf = async (scope: readonly string[]) => ({
    'x-api-key': (await makeKey(test, accessToken, { permissions: scope })).secret,
  })
  const others = permissions.filter((permission) => !/^(users|audit):read$/.test(permission))
  await ask('key of the owner with users:read', id, await keyOf(['users:read']))
  await ask('key of the owner with all else', id, await keyOf(others))
  const key = await keyOf(permissions)
  await setRole(test.database, id, 'USER')
  await ask('key of the owner without a role', id, key)
  return { id, owner: Actor.bearer((await signIn(test.actor(), email)).accessToken) }
}

async function strangers(): Promise<Readonly<Record<Exclude<Reader, 'owner' | KeyOfOwner>, Headers>>> {
  const { of, keys } = await openViewers(test)
  const foreign = await signUpAs(test, 'ADMIN', await insertTenant(test.database))
  const others = permissions.filter((permission) => !/^(users|audit):read$/.test(permission))
  return {
    nobody: {},
    'other user': await of.user.headers(),
    moderator: await of.moderator.headers(),
    admin: await of.admin.headers(),
    'foreign admin': Actor.bearer(foreign.accessToken),
    'expired token': await of['expired token'].headers(),
    'revoked token': await of['revoked token'].headers(),
    'forged token': await of['forged token'].headers(),
    'key with users:read': await (await keys(['users:read'])).headers(),
    'key with audit:read': await (await keys(['audit:read'])).headers(),
    'key with all else': await (await keys(others)).headers(),
    'key of a demoted owner': await of['key of a demoted owner'].headers(),
    'expired key': await of['expired key'].headers(),
    'revoked key': await of['revoked key'].headers(),
  }
}

const ways = Object.entries(readers).flatMap(([reader, { shown, byId }]) => [
  { reader, way: '_entities', shown },
  { reader, way: 'user', shown: byId ? shown : null },
  ...(isOwner(reader) ? [{ reader, way: 'me', shown }] : []),
])

describe('the table of personal fields', () => {
  it('has a row for every field of User', () => {
    expect(Object.keys(userFieldRules).toSorted()).toEqual(userFields.map(({ name }) => name).toSorted())
  })
})

describe.each(ways)('to $reader by $way', ({ reader, way, shown }) => {
  if (shown === null) {
    it('there is no such user', () => {
      expect(answers.get(`${reader} ${way}`)).toBeNull()
    })
    return
  }
  it.each(Object.entries(userFieldRules))('%s of a user is shown as the table says', (field, rule) => {
    const user: unknown = answers.get(`${reader} ${way}`)
    expect(user).toHaveProperty(field)
    // The key of a locked owner is refused, so it was used before the lock.
    const empty = field === 'lockedUntil' && reader.startsWith('key of the owner')
    expect(Reflect.get(Object(user), field) !== null).toBe(shown[rule] && !empty)
  })
})
