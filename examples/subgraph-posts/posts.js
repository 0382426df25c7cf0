// An example subgraph next to Gatehouse: it knows only the ids of users, and verifies access tokens locally.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { createVerifier, requireViewer } from 'gatehouse-verify'
import { useGatehouse } from 'gatehouse-verify/yoga'
import { parse } from 'graphql'
import { createYoga } from 'graphql-yoga'

/** @typedef {{ id: string, title: string, authorId: string }} Post */

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

/** @param {Post[]} posts */
function resolvers(posts) {
  return {
    Query: {
      posts: () => posts,
      /** @param {unknown} _root @param {{}} _args @param {any} context */
      myPosts(_root, _args, context) {
        const { userId } = requireViewer(context.gatehouse)
        return posts.filter(({ authorId }) => authorId === userId)
      },
    },
    Mutation: {
      /** @param {unknown} _root @param {{ title?: string }} args @param {any} context */
      writePost(_root, { title = '' }, context) {
        const { userId } = requireViewer(context.gatehouse)
        const post = { id: String(posts.length + 1), title, authorId: userId }
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
 * Serves the posts, which are kept in memory. Without `jwksUrl`, the metadata of the issuer name it.
 * @param {{ issuer: string, audience: string, jwksUrl?: string, port?: number }} options
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 */
export async function startPosts({ issuer, audience, jwksUrl, port = 0 }) {
  const endpoints = jwksUrl === undefined ? {} : { endpoints: { jwks: jwksUrl } }
  const verifier = createVerifier({ issuer, audience, tenant: 'default', ...endpoints })
  const yoga = createYoga({
    schema: buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers([]) }),
    plugins: [useGatehouse(verifier)],
    graphiql: false,
    landingPage: false,
    logging: false,
  })
  const server = createServer(yoga)
  server.listen(port, '127.0.0.1')
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
    const { url } = await startPosts({
      issuer: process.env.TOKEN_ISSUER ?? 'http://localhost:4000',
      audience: process.env.TOKEN_AUDIENCE ?? 'gatehouse',
      port: Number(process.env.PORT ?? 4001),
      ...(process.env.JWKS_URL === undefined ? {} : { jwksUrl: process.env.JWKS_URL }),
    })
    console.log(`Posts at ${url}`)
  }
}
