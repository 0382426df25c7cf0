// A toy subgraph beside Gatehouse: it knows of a user nothing but the id, and checks access tokens by itself.
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
 *   `reason` says why there is nobody when `userId` is null.
 */

/** Composition tools want this text. The stub of User names its key, and never more than that. */
export const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])

  type Query {
    "All posts, oldest first."
    posts: [Post!]!
    "Those of whoever asks. UNAUTHENTICATED for strangers."
    myPosts: [Post!]
  }

  type Mutation {
    "Writes in the name of whoever asks. UNAUTHENTICATED for strangers."
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
 * Finds out who asks, without a call to Gatehouse but the one for its keys.
 * @param {{ issuer: string, audience: string, jwksUrl: string }} options
 */
function viewerOf({ issuer, audience, jwksUrl }) {
  const keys = createRemoteJWKSet(new URL(jwksUrl))
  const rules = {
    issuer,
    audience,
    typ: 'at+jwt',
    // A list, so that no token can choose: the SIGNING_ALGORITHM of Gatehouse.
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
      if (!isOfTheToken(error)) throw unavailable()
      return { userId: null, reason: error instanceof errors.JWTExpired ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID' }
    }
  }
}

/** What only a bad token brings about. Every other error is ours, such as keys that cannot be fetched. */
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
function isOfTheToken(error) {
  return tokenErrors.some((kind) => error instanceof kind)
}

/** Without the keys nobody can be told from anybody: a client that heard UNAUTHENTICATED would sign its user out. */
function unavailable() {
  const extensions = { code: 'UNAVAILABLE', retryAfterSeconds: 1 }
  return new GraphQLError('Tokens cannot be checked now. Try again in a moment.', { extensions })
}

/** @param {Viewer} viewer */
function signedIn({ userId, reason }) {
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
        const userId = signedIn(context.viewer)
        return posts.filter(({ authorId }) => authorId === userId)
      },
    },
    Mutation: {
      /** @param {unknown} _root @param {{ title?: string }} args @param {any} context */
      writePost(_root, { title = '' }, context) {
        const post = { id: String(posts.length + 1), title, authorId: signedIn(context.viewer) }
        posts.push(post)
        return post
      },
    },
    Post: {
      /** @param {{ id: string }} reference */
      __resolveReference: ({ id }) => posts.find((post) => post.id === id) ?? null,
      /** The gateway asks Gatehouse for the rest. @param {Post} post */
      author: ({ authorId }) => ({ __typename: 'User', id: authorId }),
    },
  }
}

/**
 * Serves the posts, which live as long as the process.
 * @param {{ issuer: string, audience: string, jwksUrl: string, port?: number }} options
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 */
export async function startPosts(options) {
  const whoAsks = viewerOf(options)
  const yoga = createYoga({
    schema: buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers([]) }),
    context: async ({ request }) => ({ viewer: await whoAsks(request.headers.get('authorization')) }),
    graphiql: false,
    landingPage: false,
    logging: false,
  })
  const server = createServer(yoga)
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The port cannot be told.')
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
