// The reference: the same work as Gatehouse with as little as possible around it. Yoga, a token check with a cache, one Redis
// script for the limits, one prepared statement for each use case, argon2id, and RS256.
import { randomUUID } from 'node:crypto'
import { verify } from 'argon2'
import { createSchema, createYoga, type YogaInitialContext } from 'graphql-yoga'
import { Redis } from 'ioredis'
import { listen } from './listen.ts'
import { openPeerDatabase } from './peer-database.ts'
import { peerTypeDefs } from './peer-type-defs.ts'
import { findPassword, findUser, openSession, rotateSession } from './reference-statements.ts'
import {
  type Claims,
  digestOf,
  newRefreshToken,
  readAccessToken,
  signAccessToken,
} from './reference-tokens.ts'
import { createWindow } from './window-script.ts'

interface Context {
  readonly claims: Claims | null
}

const pool = await openPeerDatabase()
const count = await createWindow(
  new Redis(process.env.REDIS_URL ?? '', { enableAutoPipelining: true, keyPrefix: 'reference:' }),
)
const address = '127.0.0.1'

async function tokensOf(userId: string, sessionId: string, refreshToken: string) {
  return { accessToken: await signAccessToken(userId, sessionId), refreshToken }
}

async function me(_parent: unknown, _args: unknown, { claims }: Context) {
  if (claims === null) return null
  await count(`me:${claims.sub}`)
  const { rows } = await pool.query({ ...findUser, values: [claims.sub] })
  return rows[0]
}

async function login(
  _parent: unknown,
  given: { readonly email: string; readonly password: string },
  { request }: Context & YogaInitialContext,
) {
  await count(`login:${given.email}`)
  const { rows } = await pool.query({ ...findPassword, values: [given.email] })
  const [user] = rows
  if (user === undefined || !(await verify(user.password_hash, given.password))) return null
  const [sessionId, refreshToken] = [randomUUID(), newRefreshToken()]
  const agent = request.headers.get('user-agent')
  const values = [sessionId, user.id, digestOf(refreshToken), address, agent]
  await pool.query({ ...openSession, values })
  return tokensOf(user.id, sessionId, refreshToken)
}

async function refresh(
  _parent: unknown,
  given: { readonly refreshToken: string },
  { request }: Context & YogaInitialContext,
) {
  await count(`refresh:${given.refreshToken.slice(0, 8)}`)
  const refreshToken = newRefreshToken()
  const agent = request.headers.get('user-agent')
  const values = [digestOf(given.refreshToken), digestOf(refreshToken), address, agent]
  const { rows } = await pool.query({ ...rotateSession, values })
  const [session] = rows
  return session === undefined ? null : tokensOf(session.user_id, session.id, refreshToken)
}

const yoga = createYoga<object, Context>({
  schema: createSchema<Context & YogaInitialContext>({
    typeDefs: peerTypeDefs,
    resolvers: { Query: { me }, Mutation: { login, refresh } },
  }),
  context: ({ request }) => {
    const token = request.headers.get('authorization')?.slice('Bearer '.length)
    return { claims: token === undefined ? null : readAccessToken(token) }
  },
  logging: false,
  graphiql: false,
  landingPage: false,
})
listen(yoga)
