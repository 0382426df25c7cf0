import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse } from 'graphql'
import { createYoga } from 'graphql-yoga'
import { useGatehouse } from '../../../src/verify/adapters/yoga.ts'
import type { Verifier } from '../../../src/verify/gatehouse-verify.ts'
import { serve } from './loopback.ts'

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@requiresScopes"])

  type Query {
    draft: String @requiresScopes(scopes: [["posts:write"]])
  }

  type Mutation {
    publish(title: String!): String @requiresScopes(scopes: [["posts:write"], ["posts:admin"]])
  }
`

const resolvers = {
  Query: { draft: () => 'A draft' },
  Mutation: { publish: (_root: unknown, { title }: { title: string }) => title },
}

/** A subgraph of another team, with a permission of the application. Without a verifier it leaves access to the gateway. */
export async function startDrafts(verifier: Verifier | null) {
  const yoga = createYoga({
    schema: buildSubgraphSchema({ typeDefs: parse(sdl), resolvers }),
    plugins: verifier === null ? [] : [useGatehouse(verifier)],
    logging: false,
  })
  return { name: 'drafts', ...(await serve(yoga)) }
}
