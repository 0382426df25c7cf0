// Floor of GraphQL: Yoga with a schema of one constant field.
import { createSchema, createYoga } from 'graphql-yoga'
import { listen } from '../peers/listen.ts'

listen(
  createYoga({
    schema: createSchema({
      typeDefs: 'type Query { constant: String! }',
      resolvers: { Query: { constant: () => 'constant' } },
    }),
    logging: false,
    graphiql: false,
    landingPage: false,
  }),
)
