import type { EnvReader } from '../../env-reader.ts'
import { flag } from '../../rules/choice-rules.ts'
import type { Variables } from '../../variable.ts'

export const graphqlVariables = {
  GRAPHIQL: { unset: 'on outside production', description: 'Serves GraphiQL to browsers at `/graphql`.' },
  INTROSPECTION: {
    unset: 'on outside production',
    description: 'Allows introspection queries of the schema.',
  },
} as const satisfies Variables

export interface GraphqlConfig {
  readonly graphiql: boolean
  readonly introspection: boolean
}

export function readGraphql(reader: EnvReader<typeof graphqlVariables>, production: boolean): GraphqlConfig {
  return {
    graphiql: reader.read('GRAPHIQL', flag, !production),
    introspection: reader.read('INTROSPECTION', flag, !production),
  }
}
