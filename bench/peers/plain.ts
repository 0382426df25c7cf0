// A GraphQL server written the usual way: Apollo Server, jose, a library for limits, one query for each step, a transaction for
// each change.
import { randomUUID } from 'node:crypto'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { verify } from 'argon2'
import { Redis } from 'ioredis'
import { generateKeyPair, jwtVerify, SignJWT } from 'jose'
import type { PoolClient } from 'pg'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import { openPeerDatabase } from './peer-database.ts'
import { peerTypeDefs } from './peer-type-defs.ts'
import { digestOf, newRefreshToken } from './reference-tokens.ts'

interface Context {
  readonly userId: string | null
  readonly agent: string
}

const pool = await openPeerDatabase()
const limiter = new RateLimiterRedis({
  storeClient: new Redis(process.env.REDIS_URL ?? ''),
  keyPrefix: 'plain',
  points: 1_000_000,
  duration: 60,
})
const { privateKey, publicKey } = await generateKeyPair('RS256')

async function tokensOf(userId: string, sessionId: string, refreshToken: string) {
  const accessToken = await new SignJWT({ sid: sessionId })
    .setProtectedHeader({ alg: 'RS256' })
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime('15m')
    .sign(privateKey)
  return { accessToken, refreshToken }
}

async function transaction<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}

const insertAudit = `INSERT INTO audit_events (id, type, user_id, session_id, user_agent) VALUES ($1, $2, $3, $4, $5)`

async function me(_parent: unknown, _args: unknown, { userId }: Context) {
  if (userId === null) return null
  await limiter.consume(userId)
  const { rows } = await pool.query('SELECT * FROM users WHERE id = $1', [userId])
  return rows[0]
}

async function login(
  _parent: unknown,
  given: { readonly email: string; readonly password: string },
  { agent }: Context,
) {
  await limiter.consume(given.email)
  const { rows } = await pool.query('SELECT * FROM users WHERE email = $1', [given.email])
  const [user] = rows
  if (user === undefined || !(await verify(user.password_hash, given.password))) return null
  const [sessionId, refreshToken] = [randomUUID(), newRefreshToken()]
  await transaction(async (client) => {
    await client.query(
      `INSERT INTO sessions (id, user_id, token_hash, user_agent, expires_at) VALUES ($1, $2, $3, $4, now() + interval '30 days')`,
      [sessionId, user.id, digestOf(refreshToken), agent],
    )
    await client.query(insertAudit, [randomUUID(), 'LOGIN_SUCCEEDED', user.id, sessionId, agent])
  })
  return tokensOf(user.id, sessionId, refreshToken)
}

async function refresh(_parent: unknown, given: { readonly refreshToken: string }, { agent }: Context) {
  const refreshToken = newRefreshToken()
  const session = await transaction(async (client) => {
    const { rows } = await client.query('SELECT * FROM sessions WHERE token_hash = $1 FOR UPDATE', [
      digestOf(given.refreshToken),
    ])
    const [found] = rows
    if (found === undefined) return null
    await limiter.consume(found.id)
    await client.query('UPDATE sessions SET token_hash = $2, last_used_at = now() WHERE id = $1', [
      found.id,
      digestOf(refreshToken),
    ])
    await client.query(insertAudit, [randomUUID(), 'TOKEN_REFRESHED', found.user_id, found.id, agent])
    return found
  })
  return session === null ? null : tokensOf(session.user_id, session.id, refreshToken)
}

const server = new ApolloServer<Context>({
  typeDefs: peerTypeDefs,
  resolvers: { Query: { me }, Mutation: { login, refresh } },
})
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async ({ req }) => {
    const token = req.headers.authorization?.slice('Bearer '.length)
    const verified = token === undefined ? null : await jwtVerify(token, publicKey)
    return { userId: verified?.payload.sub ?? null, agent: req.headers['user-agent'] ?? '' }
  },
})
console.log(`Listens on port ${new URL(url).port}`)
