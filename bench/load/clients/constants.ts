import type { ProductClient } from '../product-client.ts'
import { graphqlCall } from './graphql-call.ts'

const constant = () => graphqlCall('query Constant { constant }', undefined)

/** Servers that return a constant, whatever is called: the floors of HTTP and of GraphQL. */
export const constants: ProductClient = {
  calls: { me: constant, sessions: constant },
  accept: (_session, { status }) => status === 200,
}
