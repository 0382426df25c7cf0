import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor, type GraphqlAnswer } from '../support/actor.ts'
import { signIn, signUp } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { SESSION_LIMIT: '100' } })
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
  it('do not multiply', async () => {
    const ada = await signUp(test.actor())
    for (let count = 0; count < 25; count += 1) await signIn(test.actor(), ada.email)
    const page = (inner: string) => `sessions(first: 100) { nodes { id user { id ${inner} } } }`
    const ask = (query: string) => test.actor().ask(query, {}, Actor.bearer(ada.accessToken))
    const twice = await ask(`{ ${page(page(''))} }`)
    expect(twice.errors).toEqual([])
    expect(twice.data.sessions.nodes[25].user.sessions.nodes).toHaveLength(26)
    const thrice = await ask(`{ ${page(page(page('')))} }`)
    expect(new Set(refusals(thrice))).toEqual(new Set(['BAD_USER_INPUT']))
  })
})
