import { randomUUID } from 'node:crypto'
import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, it, type MockInstance, vi } from 'vitest'
import { Actor, type GraphqlAnswer } from '../support/actor.ts'
import { type SignedIn, signIn, signUp, signUpAs } from '../support/people.ts'
import { insertTenant } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
/** The statement of each page of sessions. */
let pages: MockInstance
let counts: MockInstance
beforeAll(async () => {
  test = await createTestApp({
    env: { SESSION_LIMIT: '100' },
    infrastructure: (opened) => {
      pages = vi.spyOn(opened.stores.sessions, 'listLive')
      counts = vi.spyOn(opened.stores.sessions, 'countLive')
      return opened
    },
  })
})
afterAll(() => test.close())

const fields =
  'id username displayName email emailVerified firstName lastName phoneNumber role permissions active locked createdAt lastLoginAt'
const refusals = ({ errors }: GraphqlAnswer) => errors.map(({ extensions }) => extensions.code)

describe('_entities', () => {
  const named = (aliases: number, selected = fields) =>
    Array.from(
      { length: aliases },
      (_, n) => `a${n}: _entities(representations: $of) { ... on User { ${selected} } }`,
    )
  const ask = (ids: readonly string[], aliases = 1, selected = fields) =>
    test.actor().ask(`query ($of: [_Any!]!) { ${named(aliases, selected).join(' ')} }`, {
      of: ids.map((id) => ({ __typename: 'User', id })),
    })
  const some = (count: number) => Array.from({ length: count }, () => randomUUID())

  it('resolves what a gateway asks for at once: a thousand references and their fields', async () => {
    const { userId } = await signUp(test.actor())
    const answer = await ask([...some(999), userId])
    expect(answer.errors).toEqual([])
    expect(answer.data.a0[999].id).toBe(userId)
  })

  it('has a thousand references to an operation, under however many names', async () => {
    const once = await ask(some(500), 2, 'id')
    expect(once.errors).toEqual([])
    expect(refusals(await ask(some(501), 2, 'id'))).toEqual(['BAD_USER_INPUT'])
  })

  it('does not repeat a few references until the answer is large', async () => {
    const { userId } = await signUp(test.actor())
    const answer = await ask(new Array(1000).fill(userId), 30)
    expect(answer.data).toBeNull()
    expect(new Set(refusals(answer))).toEqual(new Set(['BAD_USER_INPUT']))
  })

  it('has fewer references when much is asked of each', async () => {
    const aliased = Array.from({ length: 29 }, (_, n) => `b${n}: email`).join(' ')
    expect(refusals(await ask(some(600), 1, `${fields} ${aliased}`))).toEqual(['BAD_USER_INPUT'])
    expect(refusals(await ask(some(400), 1, `${fields} ${aliased}`))).toEqual([])
  })
})

describe('lists inside of lists', () => {
  let ada: SignedIn
  beforeAll(async () => {
    ada = await signUp(test.actor())
    for (let count = 0; count < 99; count += 1) await signIn(test.actor(), ada.email)
  })

  /** What is answered, and how many pages were read for it. */
  async function ask(query: string, variables = {}) {
    pages.mockClear()
    const answer = await test.actor().ask(query, variables, Actor.bearer(ada.accessToken))
    return { ...answer, read: pages.mock.calls.length }
  }
  const page = (sizes: string, inner: string) => `sessions(${sizes}) { nodes { id user { id ${inner} } } }`

  it('do not multiply', async () => {
    const twice = await ask(`{ ${page('first: 26', page('first: 26', ''))} }`)
    expect(twice.errors).toEqual([])
    expect(twice.data.sessions.nodes[25].user.sessions.nodes).toHaveLength(26)
    expect(twice.read).toBe(27)
    const thrice = await ask(`{ ${page('first: 26', page('first: 26', page('first: 26', '')))} }`)
    expect(new Set(refusals(thrice))).toEqual(new Set(['BAD_USER_INPUT']))
    // Those of the third kind begin as soon as one of the second is read; each counts more than 150 of the 20 000.
    expect(thrice.read).toBeLessThan(130)
  })

  it.each([
    ['first: 100', 'first: 80'],
    ['last: 100', 'last: 100'],
    ['first: null, last: 100', 'first: null, last: 100'],
    ['last: 100, first: null', 'first: 80'],
    ['first: $none, last: $many', 'first: $none, last: $many'],
  ])('are refused before any page inside is read: %s in %s', async (inner, outer) => {
    const names = outer.includes('$') ? 'query ($none: Int, $many: Int = 100)' : ''
    const answer = await ask(`${names} { ${page(outer, page(inner, ''))} }`, { none: null })
    expect([refusals(answer), answer.read]).toEqual([['BAD_USER_INPUT'], 1])
  })

  it('stay refused, also where a page by itself is small', async () => {
    const wide = `a: ${page('first: 100', page('first: 100', ''))}`
    const answer = await ask(
      `{ ${wide} me { sessions(first: 1) { nodes { user { sessions(first: 1) { nodes { id } } } } } } }`,
    )
    expect(new Set(refusals(answer))).toEqual(new Set(['BAD_USER_INPUT']))
    expect(answer.read).toBeLessThanOrEqual(2)
  })

  it('count for pages that are read side by side, before they are', async () => {
    const beside = (count: number) =>
      ask(
        `{ me { ${Array.from({ length: count }, (_, n) => `a${n}: sessions(first: 100) { totalCount }`).join(' ')} } }`,
      )
    expect(await beside(29)).toMatchObject({ errors: [], read: 29 })
    const nested = page('first: 40', page('first: 100', ''))
    const answer = await ask(`{ me { a: ${nested} b: ${nested} c: ${nested} } }`)
    expect(answer.read).toBeLessThanOrEqual(3 + 40)
    expect(new Set(refusals(answer))).toEqual(new Set(['BAD_USER_INPUT']))
  })

  it('are counted once each, under however many names', async () => {
    counts.mockClear()
    const many = Array.from({ length: 28 }, (_, n) => `a${n}: totalCount`).join(' ')
    const answer = await ask(`{ sessions(first: 3) { nodes { user { sessions(first: 1) { ${many} } } } } }`)
    expect(answer.data.sessions.nodes[2].user.sessions).toMatchObject({ a0: 100, a27: 100 })
    expect(counts).toHaveBeenCalledTimes(3)
  })

  it('are read where little is asked of each: of a hundred people, the latest sessions', async () => {
    const tenant = await insertTenant(test.database)
    const administrator = await signUpAs(test, 'ADMIN', tenant)
    const { tenantId } = await test.database.client.user.findUniqueOrThrow({
      where: { id: administrator.userId },
    })
    await test.database.client.user.createMany({
      data: Array.from({ length: 99 }, (_, n) => ({
        id: randomUUID(),
        email: `somebody${n}@example.com`,
        tenantId,
      })),
    })
    pages.mockClear()
    const { errors, data } = await test
      .actor()
      .ask(
        '{ users(first: 100) { nodes { email sessions(first: 3) { nodes { id } } } } }',
        {},
        Actor.bearer(administrator.accessToken),
      )
    expect(errors).toEqual([])
    expect(data.users.nodes).toHaveLength(100)
    expect(pages).toHaveBeenCalledTimes(100)
    expect((await ask('{ sessions(first: 100) { nodes { user { displayName } } } }')).errors).toEqual([])
  })
})

describe('the size of a response in bytes', () => {
  const aliased = (field: string) =>
    `{ ${Array.from({ length: 30 }, (_, index) => `a${index}: ${field}`).join(' ')} }`

  it('bounds what a short document can request of the schema', async () => {
    for (const field of ['__schema { types { name fields { name description } } }', '_service { sdl }']) {
      const answer = await test.actor().send({ query: aliased(field) })
      const text = await answer.text()
      expect([field, JSON.parse(text).errors?.[0].extensions.code]).toEqual([field, 'BAD_USER_INPUT'])
      expect(text.length).toBeLessThan(500)
    }
  })

  it('leaves room for one introspection and one SDL', async () => {
    for (const query of [getIntrospectionQuery({ inputValueDeprecation: true }), '{ _service { sdl } }']) {
      const { data, errors } = await test.actor().ask(query)
      expect(errors).toEqual([])
      expect(JSON.stringify(data).length).toBeLessThan(500_000)
    }
  })
})
