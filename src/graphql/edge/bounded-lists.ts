import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql'
import { isPage } from './answer-size.ts'
import type { GraphqlContext } from './context.ts'

const referencesPerCall = 100

type Resolver = GraphQLFieldResolver<unknown, Pick<GraphqlContext, 'answerSize'>>

/** Lets every page that the schema has count into the size of the answer; none can be forgotten. */
export function boundPages(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      if (isPage(field.type)) field.resolve = boundedPage(field.resolve ?? defaultFieldResolver)
    }
  }
}

function boundedPage(resolve: Resolver): Resolver {
  return async (parent, args, context, info) => {
    context.answerSize.addPage(args, info)
    const page: unknown = await resolve(parent, args, context, info)
    const edges: unknown = typeof page === 'object' && page !== null ? Reflect.get(page, 'edges') : null
    if (Array.isArray(edges)) context.answerSize.add(edges.length, info)
    return page
  }
}

/** Lets the representations of `_entities` count before any is resolved. */
export function boundedReferences(resolve: Resolver): Resolver {
  return (parent, args, context, info) => {
    context.answerSize.addReferences(referencesIn(args), info)
    return resolve(parent, args, context, info)
  }
}

/** As how many calls one of `_entities` is charged: it would be the cheapest way to ask for a thousand users. */
export function callsIn(args: unknown): number {
  return Math.max(1, Math.ceil(referencesIn(args) / referencesPerCall))
}

function referencesIn(args: unknown): number {
  const of: unknown = typeof args === 'object' && args !== null ? Reflect.get(args, 'representations') : null
  return Array.isArray(of) ? of.length : 0
}
