import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  buildSchema,
  type ExecutionResult,
  execute,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  parse,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/verify/gatehouse-verify.ts'
import { enforceScopes } from '../../src/verify/graphql/enforce-scopes.ts'

const definitions = `
  directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
`

function outcome(...scopes: readonly string[]): Outcome {
  const viewer = {
    kind: 'USER' as const,
    userId: 'u',
    tenantId: 't',
    sessionId: 's',
    tokenId: 'j',
    role: 'USER' as const,
    roles: [],
    scopes: new Set(scopes),
    assurance: null,
    expiresAt: null,
    claims: {},
  }
  return { kind: 'viewer', viewer }
}
const stranger: Outcome = { kind: 'refused', reason: 'MISSING' }

/** The data, and the codes of errors by path. */
async function ask(schema: GraphQLSchema, query: string, gatehouse: Outcome, rootValue: object = data) {
  const result: ExecutionResult = await execute({
    schema,
    document: parse(query),
    rootValue,
    contextValue: { gatehouse },
  })
  const codes = (result.errors ?? []).map(({ path, extensions }) => [path?.join('.'), extensions.code])
  return { data: JSON.parse(JSON.stringify(result.data ?? null)), codes: Object.fromEntries(codes) }
}

const data = {
  open: 'open',
  mine: 'mine',
  secret: 'secret',
  box: { __typename: 'Box', label: 'label', content: 'content' },
  node: { __typename: 'Box', label: 'label', content: 'content' },
  level: 'HIGH',
}

describe('enforceScopes', () => {
  const schema = () =>
    enforceScopes(
      buildSchema(`${definitions}
        type Query { open: String  mine: String @authenticated  box: Box  node: Named  level: Level
          secret: String @requiresScopes(scopes: [["a", "b"], ["c"]]) }
        interface Named { label: String @requiresScopes(scopes: [["names"]]) }
        type Box implements Named @requiresScopes(scopes: [["boxes"]]) { label: String  content: String @authenticated }
        enum Level @authenticated { HIGH }`),
    )

  it.each<[string, string, Outcome, object | null, object]>([
    ['a field without a rule', '{ open }', stranger, { open: 'open' }, {}],
    ['a field for viewers', '{ mine }', stranger, { mine: null }, { mine: 'UNAUTHENTICATED' }],
    ['a field for viewers, for one', '{ mine }', outcome(), { mine: 'mine' }, {}],
    ['one of two groups', '{ secret }', outcome('c'), { secret: 'secret' }, {}],
    ['all of a group', '{ secret }', outcome('b', 'a'), { secret: 'secret' }, {}],
    ['a part of a group', '{ secret }', outcome('a'), { secret: null }, { secret: 'FORBIDDEN' }],
    ['a field by an alias', '{ open: secret }', outcome(), { open: null }, { open: 'FORBIDDEN' }],
    ['a returned type', '{ box { content } }', outcome(), { box: null }, { box: 'FORBIDDEN' }],
    [
      'an interface of the type',
      '{ box { label content } }',
      outcome('boxes'),
      { box: { label: null, content: 'content' } },
      { 'box.label': 'FORBIDDEN' },
    ],
    [
      'a type behind an interface',
      '{ node { ... on Box { content } } }',
      outcome('names'),
      { node: { content: null } },
      { 'node.content': 'FORBIDDEN' },
    ],
    ['an enum', '{ level }', stranger, { level: null }, { level: 'UNAUTHENTICATED' }],
    [
      'what cannot be checked',
      '{ open mine }',
      { kind: 'unavailable', retryAfterSeconds: 1, cause: new Error() },
      { open: 'open', mine: null },
      { mine: 'UNAVAILABLE' },
    ],
  ])('judges %s', async (_name, query, who, expected, codes) => {
    expect(await ask(schema(), query, who)).toEqual({ data: expected, codes })
  })

  it('fails closed without an outcome in the context', async () => {
    const result = await execute({
      schema: schema(),
      document: parse('{ mine open }'),
      rootValue: data,
      contextValue: {},
    })
    expect(result.data).toMatchObject({ mine: null, open: 'open' })
    expect(result.errors?.[0]?.message).toContain('no member `gatehouse`')
  })

  it('runs no resolver of a refused field, wraps a schema once, and keeps resolvers', async () => {
    let calls = 0
    const counted = enforceScopes(
      enforceScopes(buildSchema(`${definitions} type Query { mine: Int @authenticated }`)),
    )
    const rootValue = { mine: () => ++calls }
    expect((await ask(counted, '{ mine }', stranger, rootValue)).codes).toEqual({ mine: 'UNAUTHENTICATED' })
    expect(calls).toBe(0)
    expect((await ask(counted, '{ mine }', outcome(), rootValue)).data).toEqual({ mine: 1 })
  })

  it('protects entities and renamed directives of a subgraph', async () => {
    const subgraph = enforceScopes(
      buildSubgraphSchema({
        typeDefs: parse(`
          extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", as: "fed",
            import: ["@key", { name: "@requiresScopes", as: "@needs" }])
          type Query { one: Post  two: String @fed__authenticated }
          type Post @key(fields: "id") @needs(scopes: [["posts:read"]]) { id: ID!  title: String }`),
        resolvers: { Post: { __resolveReference: () => ({ id: '1', title: 'title' }) } },
      }),
    )
    const entities =
      '{ _entities(representations: [{ __typename: "Post", id: "1" }]) { ... on Post { title } } }'
    expect(await ask(subgraph, entities, outcome(), {})).toEqual({
      data: { _entities: [{ title: null }] },
      codes: { '_entities.0.title': 'FORBIDDEN' },
    })
    expect((await ask(subgraph, entities, outcome('posts:read'), {})).data).toEqual({
      _entities: [{ title: 'title' }],
    })
    expect((await ask(subgraph, '{ two }', stranger, { two: 'two' })).codes).toEqual({
      two: 'UNAUTHENTICATED',
    })
    expect((await ask(subgraph, '{ one { id } }', outcome(), { one: {} })).codes).toEqual({
      one: 'FORBIDDEN',
    })
  })

  it.each<[string, object]>([
    ['a list', [{ name: 'requiresScopes', args: { scopes: [['a']] } }]],
    ['an object', { requiresScopes: { scopes: [['a']] } }],
  ])('reads directives that a schema builder has put into extensions as %s', async (_name, directives) => {
    const built = new GraphQLSchema({
      query: new GraphQLObjectType({
        name: 'Query',
        fields: { mine: { type: GraphQLString, extensions: { directives } } },
      }),
    })
    enforceScopes(built)
    expect((await ask(built, '{ mine }', outcome('b'))).codes).toEqual({ mine: 'FORBIDDEN' })
    expect((await ask(built, '{ mine }', outcome('a'))).data).toEqual({ mine: 'mine' })
  })

  it('refuses what it cannot enforce at the start', () => {
    const policy = 'directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION'
    const withPolicy = buildSchema(`${policy} type Query { mine: String @policy(policies: [["p"]]) }`)
    expect(() => enforceScopes(withPolicy)).toThrow('@policy')
    const directives = { requiresScopes: { scopes: 'a' } }
    const built = new GraphQLSchema({
      query: new GraphQLObjectType({
        name: 'Query',
        fields: { mine: { type: GraphQLString, extensions: { directives } } },
      }),
    })
    expect(() => enforceScopes(built)).toThrow('list of lists')
  })

  it('lets no one pass an empty list of groups', async () => {
    const empty = enforceScopes(
      buildSchema(`${definitions} type Query { mine: String @requiresScopes(scopes: []) }`),
    )
    expect((await ask(empty, '{ mine }', outcome('a'))).codes).toEqual({ mine: 'FORBIDDEN' })
  })
})
