import { setTimeout as sleep } from 'node:timers/promises'
import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql'

/** A store that is down, as the test application recognises it. */
export class StoreDown extends Error {
  readonly retryAfterSeconds = 3
}

export const SECRET = 'hunter2-is-the-password'

const text = { type: GraphQLString }
const failing = (error: () => Error) => ({
  type: GraphQLString,
  resolve: () => {
    throw error()
  },
})

/** A schema of its own, so that the edge is tested without the service behind it. */
export function createTestSchema(seen: { mutations: number }): GraphQLSchema {
  const Node: GraphQLObjectType = new GraphQLObjectType({
    name: 'Node',
    fields: () => ({
      name: { ...text, resolve: () => 'node' },
      self: { type: Node, resolve: () => ({}) },
      list: { type: new GraphQLList(Node), resolve: () => [{}, {}] },
    }),
  })
  const LoginInput = new GraphQLInputObjectType({
    name: 'LoginInput',
    fields: {
      identifier: { type: new GraphQLNonNull(GraphQLString) },
      password: { type: new GraphQLNonNull(GraphQLString) },
      rememberMe: { type: GraphQLBoolean },
      tags: { type: new GraphQLList(new GraphQLNonNull(GraphQLInt)) },
    },
  })
  const input = { input: { type: new GraphQLNonNull(LoginInput) } }
  const counting = {
    type: GraphQLString,
    resolve: () => {
      seen.mutations += 1
      return 'done'
    },
  }
  return new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        hello: { ...text, resolve: () => 'world' },
        echo: {
          type: GraphQLString,
          args: { text, required: { type: GraphQLString } },
          resolve: (_, args) => args.text,
        },
        strict: {
          type: GraphQLString,
          args: { text: { type: new GraphQLNonNull(GraphQLString), defaultValue: 'x' } },
          resolve: () => 'ok',
        },
        node: { type: Node, resolve: () => ({}) },
        slow: {
          type: GraphQLString,
          args: { ms: { type: GraphQLInt } },
          resolve: async (_, args) => {
            await sleep(args.ms ?? 300)
            return 'slept'
          },
        },
        whoAmI: {
          type: GraphQLString,
          resolve: (_, __, context) => JSON.stringify({ origin: context.origin, cookie: context.cookie }),
        },
        setCookies: {
          type: GraphQLString,
          resolve: (_, __, context) => context.setCookies(),
        },
        crash: failing(() => new Error(`connect to postgres://gatehouse:${SECRET}@db failed`)),
        wrappedCrash: failing(() => {
          const originalError = new Error(SECRET)
          return new GraphQLError(SECRET, { originalError, extensions: { code: 'BAD_USER_INPUT' } })
        }),
        unknownCode: failing(() => new GraphQLError(SECRET, { extensions: { code: 'MADE_UP' } })),
        down: failing(() => new StoreDown(SECRET)),
        refused: failing(
          () =>
            new GraphQLError('You may not.', {
              extensions: {
                code: 'FORBIDDEN',
                reason: 'CSRF',
                http: { status: 403, headers: { 'x-leak': '1' } },
              },
            }),
        ),
        limited: failing(
          () =>
            new GraphQLError('Too often.', { extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 7 } }),
        ),
        _service: {
          type: new GraphQLObjectType({
            name: '_Service',
            fields: { sdl: { ...text, resolve: () => 'sdl' } },
          }),
          resolve: () => ({}),
        },
      },
    }),
    mutation: new GraphQLObjectType({
      name: 'Mutation',
      fields: {
        login: { ...counting, args: input },
        changePassword: { ...counting, args: input },
        touch: counting,
      },
    }),
  })
}
