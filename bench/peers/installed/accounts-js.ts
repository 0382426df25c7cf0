// accounts-js with its defaults, on Yoga and PostgreSQL, with the password hash of Gatehouse. Its refresh does not rotate the token.
import { AccountsPassword } from '@accounts/password'
import { AccountsServer } from '@accounts/server'
import { hash, verify } from 'argon2'
import { createSchema, createYoga, type YogaInitialContext } from 'graphql-yoga'
import { listen } from '../listen.ts'
import { argon2Parameters, openPeerDatabase } from '../peer-database.ts'
import { peerTypeDefs } from '../peer-type-defs.ts'
import { accountsDatabase } from './accounts-database.ts'

const password = new AccountsPassword({
  hashPassword: (given: string) => hash(given, argon2Parameters),
  verifyPassword: (given: string, stored: string) => verify(stored, given),
})
const server = new AccountsServer(
  {
    db: accountsDatabase(await openPeerDatabase()),
    tokenSecret: 'a-secret-of-the-benchmark-0123456789abcdef',
  },
  { password },
)

const tokenOf = (request: Request) => request.headers.get('authorization')?.slice('Bearer '.length)
const originOf = (request: Request) => ({
  ip: '127.0.0.1',
  userAgent: request.headers.get('user-agent') ?? '',
})

const resolvers = {
  Query: {
    async me(_parent: unknown, _args: unknown, { request }: YogaInitialContext) {
      const token = tokenOf(request)
      return token === undefined ? null : server.resumeSession(token)
    },
  },
  Mutation: {
    async login(
      _parent: unknown,
      given: { readonly email: string; readonly password: string },
      { request }: YogaInitialContext,
    ) {
      const params = { user: { email: given.email }, password: given.password }
      return (await server.loginWithService('password', params, originOf(request))).tokens
    },
    async refresh(
      _parent: unknown,
      given: { readonly refreshToken: string },
      { request }: YogaInitialContext,
    ) {
      const token = tokenOf(request) ?? ''
      return (await server.refreshTokens(token, given.refreshToken, originOf(request))).tokens
    },
  },
}

listen(
  createYoga<object>({
    schema: createSchema<YogaInitialContext>({ typeDefs: peerTypeDefs, resolvers }),
    logging: false,
    graphiql: false,
    landingPage: false,
  }),
)
