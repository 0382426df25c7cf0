import {
  type GraphQLFieldConfig,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLString,
  GraphQLUnionType,
} from 'graphql'
import { BadArgumentError } from '../../../domain/refusals.ts'
import type { GraphqlContext } from '../context.ts'
import type { Entity } from './entity.ts'

const anyType = new GraphQLScalarType({
  name: '_Any',
  description: 'Reference to an entity: `__typename` and the fields of its key.',
})

/** The field `_service`: the SDL, with which gateways compose. */
export function serviceField(sdl: string): GraphQLFieldConfig<unknown, GraphqlContext> {
  const type = new GraphQLObjectType({
    name: '_Service',
    description: 'This subgraph, for gateways.',
    fields: { sdl: { type: GraphQLString, description: 'The schema of this subgraph with its directives.' } },
  })
  return {
    type: new GraphQLNonNull(type),
    description: 'The schema of this subgraph, for gateways.',
    resolve: () => ({ sdl }),
  }
}

/** The field `_entities`: resolves references of other subgraphs, in their order. */
export function entitiesField(
  entities: readonly Entity[],
  types: readonly GraphQLObjectType[],
): GraphQLFieldConfig<unknown, GraphqlContext, { readonly representations: readonly unknown[] }> {
  const byName = new Map<unknown, Entity>(entities.map((entity) => [entity.name, entity]))
  /** What has been resolved does not know its type. */
  const names = new WeakMap<object, string>()

  async function resolveReference(reference: unknown, context: GraphqlContext): Promise<object | null> {
    if (typeof reference !== 'object' || reference === null) throw new BadArgumentError(malformed)
    const entity = byName.get(Reflect.get(reference, '__typename'))
    if (entity === undefined) throw new BadArgumentError(malformed)
    const found = await entity.resolveReference(reference, context)
    if (found !== null) names.set(found, entity.name)
    return found
  }

  const union = new GraphQLUnionType({
    name: '_Entity',
    description: 'The entities of this subgraph.',
    types,
    resolveType: (value: object) => names.get(value),
  })
  return {
    type: new GraphQLNonNull(new GraphQLList(union)),
    description: 'Resolves references of other subgraphs, for gateways. Null for a reference to nothing.',
    args: {
      representations: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(anyType))),
        description: 'The references, at most 1000 in an operation.',
      },
    },
    resolve: (_root, { representations }, context) =>
      representations.map((reference) => resolveReference(reference, context)),
  }
}

const malformed = 'A representation must be an object with the name of an entity in `__typename`.'
