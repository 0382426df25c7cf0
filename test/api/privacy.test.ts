import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { resultOf } from '../support/answers.ts'
import { deleteAccountDocument } from '../support/operations.ts'
import { type SignedIn, signIn, signUp } from '../support/people.ts'
import { insertTenant, setRole } from '../support/rows.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
/** The sizes of the statements that looked for users. */
const lookups: number[] = []
beforeAll(async () => {
  test = await createTestApp({
    infrastructure(opened) {
      const { users } = opened.stores
      const counted = new Proxy(users, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name)
          if (name !== 'findByIds') return typeof member === 'function' ? member.bind(target) : member
          return (ids: readonly string[]) => {
            lookups.push(ids.length)
            return users.findByIds(ids)
          }
        },
      })
      return { ...opened, stores: { ...opened.stores, users: counted } }
    },
  })
})
afterAll(() => test.close())

const personalFields = `email emailVerified firstName lastName phoneNumber phoneVerified locale role permissions preferences
  twoFactorEnabled active createdAt updatedAt lastLoginAt loginCount sessions { totalCount nodes { id ipAddress } }`
/** What a gateway asks: not part of the subgraph's own SDL, so it stands here and not with the operations. */
const entities = `query ($of: [_Any!]!) {
  _entities(representations: $of) { __typename ... on User { id username displayName ${personalFields} } }
}`

const user = (id: unknown) => ({ __typename: 'User', id })
const asked = personalFields
  .replace(/\{.*\}/s, '')
  .trim()
  .split(/\s+/)

async function askEntities(of: readonly unknown[], viewer?: SignedIn) {
  return test.actor().ask(entities, { of }, viewer === undefined ? {} : Actor.bearer(viewer.accessToken))
}

async function person(input: Readonly<Record<string, unknown>> = {}): Promise<SignedIn> {
  const names = { firstName: 'Ada', lastName: 'King', phoneNumber: '+493012345678', locale: 'de' }
  return signUp(test.actor(), { ...names, ...input })
}

/** Somebody of that role, signed in since. */
async function staff(role: 'MODERATOR' | 'ADMIN', tenant = 'default'): Promise<SignedIn> {
  const somebody = await person({ tenant })
  await setRole(test.database, somebody.userId, role)
  return signIn(test.actor(), somebody.email, { tenant })
}

function expectHidden(shown: Readonly<Record<string, unknown>>, of: SignedIn): void {
  expect(shown.id).toBe(of.userId)
  expect(shown.displayName).toEqual(expect.any(String))
  for (const field of asked) expect(shown[field], field).toBeNull()
}

function expectTombstone(shown: Readonly<Record<string, unknown>>, id: string): void {
  const hidden = Object.fromEntries(asked.map((field) => [field, null]))
  const expected = { __typename: 'User', id, username: null, displayName: 'Deleted user', ...hidden }
  expect(shown).toEqual(expected)
}

function expectShown(shown: Readonly<Record<string, unknown>>, of: SignedIn): void {
  expect(shown).toMatchObject({
    id: of.userId,
    email: of.email,
    firstName: 'Ada',
    lastName: 'King',
    phoneNumber: '+493012345678',
    role: 'USER',
    sessions: { totalCount: 1, nodes: [{ id: of.sessionId, ipAddress: '192.0.2.7' }] },
  })
}

describe('what is personal about a user', () => {
  it('is null for strangers and for other users', async () => {
    const ada = await person()
    const bob = await person()
    for (const viewer of [undefined, bob]) {
      const answer = await askEntities([user(ada.userId)], viewer)
      expect(answer.errors).toEqual([])
      expectHidden(answer.data._entities[0], ada)
    }
  })

  it('is null for a request with an invalid token', async () => {
    const ada = await person()
    await test.actor().ask('mutation { logout { __typename } }', {}, Actor.bearer(ada.accessToken))
    const answer = await askEntities([user(ada.userId)], ada)
    expect(answer.errors).toEqual([])
    expectHidden(answer.data._entities[0], ada)
  })

  it('is there for its owner', async () => {
    const ada = await person()
    const bob = await person()
    const { data } = await askEntities([user(ada.userId), user(bob.userId)], ada)
    expectShown(data._entities[0], ada)
    expectHidden(data._entities[1], bob)
  })

  it('is visible to moderators and administrators of the same tenant, and not to those of another one', async () => {
    const ada = await person()
    const elsewhere = await insertTenant(test.database)
    for (const role of ['MODERATOR', 'ADMIN'] as const) {
      const near = await askEntities([user(ada.userId)], await staff(role))
      expectShown(near.data._entities[0], ada)
      const far = await askEntities([user(ada.userId)], await staff(role, elsewhere))
      expectHidden(far.data._entities[0], ada)
    }
  })

  it('is visible to the user who signs in within the operation, and only for that user', async () => {
    const ada = await person()
    const bob = await person()
    const document = `mutation ($input: LoginInput!) {
      login(input: $input) { ... on LoginSuccess { user { id email } session { id user { email } } } }
    }`
    const input = { identifier: ada.email, password: 'Corr3ct-horse-battery!' }
    const answer = await test.actor().ask(document, { input }, Actor.bearer(bob.accessToken))
    expect(answer.data.login).toMatchObject({
      user: { id: ada.userId, email: ada.email },
      session: { user: { email: ada.email } },
    })
  })

  it('is not shown of an account that is merely named in a failed registration', async () => {
    const ada = await person({ username: `ada-${freshEmail('x').slice(2, 10)}` })
    const document = `mutation ($input: RegisterInput!) { register(input: $input) { __typename ... on AuthProblem { code message } } }`
    const input = { email: ada.email, password: 'Corr3ct-horse-battery!' }
    const answer = await test.actor().ask(document, { input })
    expect(Object.keys(answer.data.register).sort()).toEqual(['__typename', 'code', 'message'])
    expect(answer.data.register.message).not.toContain(ada.email)
  })
})

describe('_entities', () => {
  it('returns null for ids that are no UUIDs', async () => {
    const ada = await person()
    const ids = ['rubbish', '', "' OR 1=1 --", '\u0000', 'x'.repeat(1000), ada.userId.toUpperCase()]
    const answer = await askEntities([...ids.map(user), user(ada.userId)])
    expect(answer.errors).toEqual([])
    expect(answer.data._entities.slice(0, -1)).toEqual(ids.map(() => null))
    expect(answer.data._entities.at(-1).id).toBe(ada.userId)
  })

  it('answers the same tombstone for a deleted account and for ids that never existed, to every viewer', async () => {
    const [ada, gone] = [await person(), await person({ username: `gone${randomUUID().slice(0, 8)}` })]
    const input = { currentPassword: goodPassword }
    const bearer = Actor.bearer(gone.accessToken)
    const deleted = await test.actor().ask(deleteAccountDocument, { input }, bearer)
    expect(resultOf(deleted).__typename).toBe('DeleteAccountSuccess')
    const ids = [gone.userId, randomUUID(), ada.sessionId]
    for (const viewer of [undefined, ada, gone, await staff('ADMIN')]) {
      const answer = await askEntities(ids.map(user), viewer)
      expect(answer.errors).toEqual([])
      for (const [index, id] of ids.entries()) expectTombstone(answer.data._entities[index], id)
    }
  })

  it.each([
    ['an id that is no text', user(7)],
    ['an id that is a list', user(['a'])],
    ['an id that is an object', user({ id: 'a' })],
    ['no id', { __typename: 'User' }],
    ['an id of null', user(null)],
  ])('answers null for %s', async (_what, representation) => {
    const ada = await person()
    const answer = await askEntities([representation, user(ada.userId)])
    expect(answer.errors).toEqual([])
    expect(answer.data._entities[0]).toBeNull()
    expect(answer.data._entities[1].id).toBe(ada.userId)
  })

  it.each([
    ['an unknown type', { __typename: 'Nobody', id: 'x' }],
    ['a type that is no entity', { __typename: 'Session', id: 'x' }],
    ['no type', { id: 'x' }],
    ['text', 'User'],
    ['null in disguise', []],
  ])('refuses %s as bad input', async (_what, representation) => {
    const answer = await askEntities([representation])
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
  })

  it('finds 200 users in one statement, in the order that was asked, doubles included', async () => {
    const ada = await person()
    const bob = await person()
    const ids = Array.from({ length: 197 }, () => randomUUID())
    const order = [bob.userId, ...ids, ada.userId, bob.userId]
    lookups.length = 0
    // What hides behind a page of sessions for each of them would be beyond the size of an answer.
    const text =
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { id displayName email } } }'
    const { data, errors } = await test.actor().ask(text, { of: order.map(user) })
    expect(errors).toEqual([])
    expect(lookups).toEqual([199])
    expect(data._entities).toHaveLength(200)
    expect(data._entities[0].id).toBe(bob.userId)
    expect(data._entities[198].id).toBe(ada.userId)
    expect(data._entities[199].id).toBe(bob.userId)
  })
})
