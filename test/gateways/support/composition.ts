import { composeServices as composeWithApollo } from '@apollo/composition'
import { composeServices as composeWithGuild } from '@theguild/federation-composition'
import type { DocumentNode } from 'graphql'

export interface Subgraph {
  readonly name: string
  readonly url: string
  readonly typeDefs: DocumentNode
}

export interface Composed {
  readonly supergraph: string | undefined
  readonly errors: readonly string[]
  readonly hints: readonly string[]
}

/** Composes with the library that Hive and Cosmo use. */
export function composeByGuild(subgraphs: readonly Subgraph[]): Composed {
  const result = composeWithGuild([...subgraphs])
  return {
    supergraph: result.supergraphSdl,
    errors: (result.errors ?? []).map(({ message }) => message),
    hints: [],
  }
}

/** Composes with the library that Apollo's Rover and gateways use. */
export function composeByApollo(subgraphs: readonly Subgraph[]): Composed {
  const result = composeWithApollo([...subgraphs])
  return {
    supergraph: result.supergraphSdl,
    errors: (result.errors ?? []).map(({ message }) => message),
    hints: (result.hints ?? []).map(({ definition, message }) => `${definition.code}: ${message}`),
  }
}
