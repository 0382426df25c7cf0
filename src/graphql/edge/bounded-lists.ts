import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql'
import { isPage } from './answer-size.ts'
import type { GraphqlContext } from './context.ts'

/** Number of representations of `_entities` that are charged as one call. */
const referencesPerCall = 100

type Resolver = GraphQLFieldResolver<unknown, Pick<GraphqlContext, 'answerSize'>>

/** Counts every page of the schema in the size of the answer, so that no field needs to. */
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

/** Counts the representations of `_entities` before any is resolved. */
export function boundedReferences(resolve: Resolver): Resolver {
  return (parent, args, context, info) => {
    context.answerSize.addReferences(countReferences(args), info)
    return resolve(parent, args, context, info)
  }
}

/** Number of calls that a call of `_entities` is charged as; otherwise it would be the cheapest way to read a thousand users. */
export function chargedCalls(args: unknown): number {
  return Math.max(1, Math.ceil(countReferences(args) / referencesPerCall))
}

function countReferences(args: unknown): number {
  const references: unknown =
    typeof args === 'object' && args !== null ? Reflect.get(args, 'representations') : null
  return Array.isArray(references) ? references.length : 0
}
