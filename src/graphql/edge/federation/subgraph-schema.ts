import { GraphQLObjectType, GraphQLSchema, isObjectType } from 'graphql'
import type { Entity } from './entity.ts'
import { entitiesField, serviceField } from './federation-fields.ts'
import { printSubgraph } from './print-subgraph.ts'

/** Adds `_service` and `_entities` to a schema, as gateways expect them (Apollo Federation, subgraph specification). */
export function subgraphSchema(schema: GraphQLSchema, entities: readonly Entity[]): GraphQLSchema {
  const config = schema.toConfig()
  const query = config.query?.toConfig()
  if (query === undefined) throw new Error('A subgraph requires a Query type.')
  const entityTypes = entities.map(({ name }) => objectType(schema, name))
  const extended = new GraphQLObjectType({
    ...query,
    fields: {
      ...query.fields,
      _entities: entitiesField(entities, entityTypes),
      _service: serviceField(printSubgraph(schema, entities)),
    },
  })
  const types = config.types.filter((type) => type !== config.query)
  return new GraphQLSchema({ ...config, query: extended, types })
}

function objectType(schema: GraphQLSchema, name: string): GraphQLObjectType {
  const type = schema.getType(name)
  if (!isObjectType(type)) throw new Error(`The entity ${name} is no object type.`)
  return type
}
