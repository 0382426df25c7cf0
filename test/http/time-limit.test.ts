import { setTimeout as sleep } from 'node:timers/promises'
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql'
import { describe, expect, it, vi } from 'vitest'
import { UnavailableError } from '../../src/domain/refusals.ts'
import { EventStream } from '../support/event-stream.ts'
import { eventually } from '../support/eventually.ts'
import { createTestHttpApp } from './support/test-http-app.ts'

const never = new Promise<string>(() => undefined)
const ended = vi.fn()
async function* ticks() {
  try {
    for (;;) {
      await sleep(40)
      yield 'tick'
    }
  } finally {
    ended()
  }
}
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      quick: { type: GraphQLString, resolve: () => 'here' },
      never: { type: GraphQLString, resolve: () => never },
    },
  }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      ticks: { type: GraphQLString, subscribe: ticks, resolve: (value) => value },
      late: {
        type: GraphQLString,
        subscribe: async () => {
          await sleep(100)
          const late = ticks()
          await late.next()
          return late
        },
      },
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

  it('is no stream, once that has begun; one that begins too late is ended', async () => {
    const listen = async (query: string) =>
      new EventStream(await app.post({ query }, { accept: 'text/event-stream' }))
    const stream = await listen('subscription { ticks }')
    for (let count = 0; count < 4; count += 1)
      expect(await stream.next()).toEqual({ data: { ticks: 'tick' } })
    await stream.close()
    await eventually(() => expect(ended).toHaveBeenCalledTimes(1))
    const late = await listen('subscription { late }')
    expect((await late.next()).errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
    await eventually(() => expect(ended).toHaveBeenCalledTimes(2))
  })

  it('keeps no other waiting', async () => {
    const late = app.post({ query: '{ never }' })
    const { data } = await (await app.post({ query: '{ quick }' })).json()
    expect(data).toEqual({ quick: 'here' })
    await late
  })
})
