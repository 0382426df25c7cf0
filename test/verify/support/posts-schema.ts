import { buildSubgraphSchema } from '@apollo/subgraph'
import { type GraphQLSchema, parse } from 'graphql'
import {
  findViewer,
  type Outcome,
  requireAssurance,
  requireScope,
  requireViewer,
} from '../../../src/verify/gatehouse-verify.ts'
import { outcomeOf } from '../../../src/verify/graphql/gatehouse-context.ts'

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key", "@authenticated", "@requiresScopes"])
  type Query {
    whoami: String
    anyone: String
    write: String
    stepUp: String
    directed: String @requiresScopes(scopes: [["posts:write"], ["posts:read", "posts:all"]])
  }
`

const resolver =
  (answer: (outcome: Outcome) => string) =>
  (_root: unknown, _args: object, context: unknown): string =>
    answer(outcomeOf(context))

/** A schema whose resolvers and directives require what the paths of the other adapters require. */
export function postsSchema(): GraphQLSchema {
  return buildSubgraphSchema({
    typeDefs: parse(sdl),
    resolvers: {
      Query: {
        whoami: resolver((outcome) => requireViewer(outcome).userId),
        anyone: resolver((outcome) => findViewer(outcome)?.userId ?? 'anonymous'),
        write: resolver((outcome) => requireScope(outcome, 'posts:write').userId),
        stepUp: resolver((outcome) => requireAssurance(outcome, 'aal2').userId),
        directed: resolver((outcome) => (outcome.kind === 'viewer' ? outcome.viewer.userId : 'not enforced')),
      },
    },
  })
}
