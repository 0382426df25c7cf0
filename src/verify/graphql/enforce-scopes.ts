import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
} from 'graphql'
import { insufficientScope } from '../access-error.ts'
import { requireViewer } from '../requirements.ts'
import { outcomeOf } from './gatehouse-context.ts'
import { type AccessRule, directiveNames, rulesOf } from './scope-directives.ts'

const enforced = new WeakSet<GraphQLSchema>()

/**
 * Enforces `@authenticated` and `@requiresScopes` in this server, for subgraphs behind a router that ignores them, or without a router.
 * A field requires what it, its type, the type that it returns, and the interfaces of its type require. Changes the resolvers of the
 * schema, once, and returns it. A refused field throws AccessError before its resolver runs.
 */
export function enforceScopes(schema: GraphQLSchema): GraphQLSchema {
  if (enforced.has(schema)) return schema
  const names = directiveNames(schema)
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue
    for (const field of Object.values(type.getFields())) {
      const sources = isObjectType(type) ? [...typesAndFields(type, field.name)] : [field]
      const rules = [...sources, getNamedType(field.type)].flatMap((source) => rulesOf(source, names))
      if (rules.length > 0 && isObjectType(type)) guard(field, rules)
    }
  }
  enforced.add(schema)
  return schema
}

/** A type and one of its fields, and the same of its interfaces. */
function typesAndFields(type: GraphQLObjectType, name: string) {
  return [type, ...type.getInterfaces()].flatMap((one) => {
    const field = one.getFields()[name]
    return field === undefined ? [one] : [one, field]
  })
}

function guard(field: GraphQLField<unknown, unknown>, rules: readonly AccessRule[]): void {
  const { resolve = defaultFieldResolver, subscribe } = field
  field.resolve = (source, args, context, info) => {
    check(context, rules)
    return resolve(source, args, context, info)
  }
  if (subscribe === undefined) return
  field.subscribe = (source, args, context, info) => {
    check(context, rules)
    return subscribe(source, args, context, info)
  }
}

/** @throws AccessError */
function check(context: unknown, rules: readonly AccessRule[]): void {
  const { scopes: held } = requireViewer(outcomeOf(context))
  for (const { scopes } of rules) {
    if (scopes === null || scopes.some((group) => group.every((scope) => held.has(scope)))) continue
    throw insufficientScope(scopes[0] ?? [])
  }
}
