import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql'
import { describe, expect, it } from 'vitest'
import { UnavailableError } from '../../src/domain/refusals.ts'
import { createTestHttpApp } from './support/test-http-app.ts'

const never = new Promise<string>(() => undefined)
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      quick: { type: GraphQLString, resolve: () => 'here' },
      never: { type: GraphQLString, resolve: () => never },
    },
  }),
})

describe('an operation that takes too long', () => {
  const app = createTestHttpApp({
    deps: { schema, executionLimitMs: 50, isUnavailable: (error) => error instanceof UnavailableError },
  })

  it('is UNAVAILABLE, and the answer says when to try again', async () => {
    const response = await app.post({ query: '{ never }' })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    const { errors } = await response.json()
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
  })

  it('keeps no other waiting', async () => {
    const late = app.post({ query: '{ never }' })
    const { data } = await (await app.post({ query: '{ quick }' })).json()
    expect(data).toEqual({ quick: 'here' })
    await late
  })
})
