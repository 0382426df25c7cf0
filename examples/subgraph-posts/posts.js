// An example subgraph next to Gatehouse: it knows only the ids of users, and verifies access tokens locally.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { GraphQLError, parse } from 'graphql'
import { createYoga } from 'graphql-yoga'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'

/**
 * @typedef {{ id: string, title: string, authorId: string }} Post
 * @typedef {{ userId: string | null, reason: 'TOKEN_MISSING' | 'TOKEN_INVALID' | 'TOKEN_EXPIRED' }} Viewer
 *   `reason` says why the request is not authenticated if `userId` is null.
 */

/** The SDL for composition tools. The stub of User declares only its key. */
export const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])

  type Query {
    "All posts, oldest first."
    posts: [Post!]!
    "Your posts, oldest first. Requires a user, else UNAUTHENTICATED."
    myPosts: [Post!]
  }

  type Mutation {
    "Writes a post as the signed-in user. Requires a user, else UNAUTHENTICATED."
    writePost(title: String!): Post
  }

  type Post @key(fields: "id") {
    id: ID!
    title: String!
    author: User
  }

  type User @key(fields: "id", resolvable: false) {
    id: ID!
  }
`

/**
 * Returns a function that authenticates a request. The only call to Gatehouse is the one that fetches its keys.
 * @param {{ issuer: string, audience: string, jwksUrl: string }} options
 */
function createAuthenticator({ issuer, audience, jwksUrl }) {
  const keys = createRemoteJWKSet(new URL(jwksUrl))
  const rules = {
    issuer,
    audience,
    typ: 'at+jwt',
    // The SIGNING_ALGORITHM of Gatehouse. Pinned, so that a token cannot choose its algorithm.
    algorithms: ['RS256'],
    clockTolerance: 5,
    requiredClaims: ['sub', 'sid', 'exp'],
  }
  /** @param {string | null} authorization @returns {Promise<Viewer>} */
  return async (authorization) => {
    if (authorization === null) return { userId: null, reason: 'TOKEN_MISSING' }
    try {
      const { payload } = await jwtVerify(authorization.replace(/^Bearer /i, ''), keys, rules)
      return { userId: payload.sub ?? null, reason: 'TOKEN_INVALID' }
    } catch (error) {
      if (!isTokenError(error)) throw unavailable()
      return { userId: null, reason: error instanceof errors.JWTExpired ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID' }
    }
  }
}

/** Errors that only an invalid token causes. Any other error is on our side, such as a failed fetch of the keys. */
const tokenErrors = [
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSMultipleMatchingKeys,
  errors.JWKSNoMatchingKey,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
]

/** @param {unknown} error */
function isTokenError(error) {
  return tokenErrors.some((kind) => error instanceof kind)
}

/** Without the keys no token can be checked. UNAUTHENTICATED would be wrong: clients would sign their users out. */
function unavailable() {
  const extensions = { code: 'UNAVAILABLE', retryAfterSeconds: 1 }
  return new GraphQLError('Tokens cannot be checked at the moment. Try again later.', { extensions })
}

/** Returns the user's id. @param {Viewer} viewer */
function requireUser({ userId, reason }) {
  if (userId !== null) return userId
  const extensions = { code: 'UNAUTHENTICATED', reason }
  throw new GraphQLError('Sign in first.', { extensions })
}

/** @param {Post[]} posts */
function resolvers(posts) {
  return {
    Query: {
      posts: () => posts,
      /** @param {unknown} _root @param {{}} _args @param {any} context */
      myPosts(_root, _args, context) {
        const userId = requireUser(context.viewer)
        return posts.filter(({ authorId }) => authorId === userId)
      },
    },
    Mutation: {
      /** @param {unknown} _root @param {{ title?: string }} args @param {any} context */
      writePost(_root, { title = '' }, context) {
        const post = { id: String(posts.length + 1), title, authorId: requireUser(context.viewer) }
        posts.push(post)
        return post
      },
    },
    Post: {
      /** @param {{ id: string }} reference */
      __resolveReference: ({ id }) => posts.find((post) => post.id === id) ?? null,
      /** The gateway fetches the other fields from Gatehouse. @param {Post} post */
      author: ({ authorId }) => ({ __typename: 'User', id: authorId }),
    },
  }
}

/**
 * Serves the posts, which are kept in memory.
 * @param {{ issuer: string, audience: string, jwksUrl: string, port?: number }} options
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 */
export async function startPosts(options) {
  const authenticate = createAuthenticator(options)
  const yoga = createYoga({
    schema: buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers([]) }),
    context: async ({ request }) => ({ viewer: await authenticate(request.headers.get('authorization')) }),
    graphiql: false,
    landingPage: false,
    logging: false,
  })
  const server = createServer(yoga)
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return {
    url: `http://127.0.0.1:${address.port}/graphql`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (process.argv.includes('--sdl')) console.log(sdl)
  else {
    const issuer = process.env.TOKEN_ISSUER ?? 'http://localhost:4000'
    const { url } = await startPosts({
      issuer,
      audience: process.env.TOKEN_AUDIENCE ?? 'gatehouse',
      jwksUrl: process.env.JWKS_URL ?? new URL('/.well-known/jwks.json', issuer).href,
      port: Number(process.env.PORT ?? 4001),
    })
    console.log(`Posts at ${url}`)
  }
}
