import { createRequire } from 'node:module'
import { GraphQLError, type GraphQLField, type GraphQLSchema, isUnionType } from 'graphql'
import { BadArgumentError, ForbiddenError } from '../domain/refusals.ts'
import type { GraphqlContext } from './edge/context.ts'

/** Both as CommonJS: graphql-shield's ES module entry cannot be loaded on Node 23 and later. */
const require = createRequire(import.meta.url)
const { applyMiddleware }: typeof import('graphql-middleware') = require('graphql-middleware')
const { allow, deny, rule, shield }: typeof import('graphql-shield') = require('graphql-shield')

/** The root fields of `edge/federation`; they declare no access. */
const federationFields = ['_entities', '_service']

/**
 * Denies root fields that declare no access: they fail at start and are named, and the rule `*` denies them at run time.
 * The list is derived from the declarations and not written again: without a declaration scope-auth has nothing to check,
 * and who may call each field is written independently in test/support/permission-table.ts. Fields below the roots have no
 * rules, because a rule that allows everything takes longer than the field itself.
 */
export function addShield(schema: GraphQLSchema): GraphQLSchema {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(
    (type) => type ?? [],
  )
  const rules = Object.fromEntries(
    roots.map((type) => [type.name, rulesOf(type.name, Object.values(type.getFields()))]),
  )
  const permissions = shield(
    { ...rules, Query: { ...rules.Query, ...federationRules(schema) } },
    {
      allowExternalErrors: true,
      fallbackRule: allow,
      fallbackError: new GraphQLError('You do not have permission to do this.', {
        extensions: { code: 'FORBIDDEN' },
      }),
    },
  )
  const ofRoots = Object.entries(permissions.generate(schema)).filter(([type]) => type in rules)
  return applyMiddleware(schema, Object.fromEntries(ofRoots))
}

function rulesOf(type: string, fields: readonly GraphQLField<unknown, unknown>[]) {
  const declared = fields.filter(({ name }) => !federationFields.includes(name))
  const undeclared = declared.filter(({ extensions }) => !hasAccess(extensions.authScopes))
  if (undeclared.length > 0) {
    const names = undeclared.map(({ name }) => `${type}.${name}`).join(', ')
    throw new Error(`No access is declared for ${names}: add it with addQuery, addConnection or addMutation.`)
  }
  return Object.fromEntries([['*', deny], ...declared.map(({ name }) => [name, allow])])
}

function hasAccess(authScopes: unknown): boolean {
  return typeof authScopes === 'object' && authScopes !== null && Object.keys(authScopes).length > 0
}

function federationRules(schema: GraphQLSchema) {
  const entities = schema.getType('_Entity')
  const names = isUnionType(entities) ? entities.getTypes().map(({ name }) => name) : []
  return { _entities: wellFormedReferences(names), _service: knownGateway() }
}

/** Who may read the SDL, which names every type and field. */
function knownGateway() {
  return rule({ cache: 'no_cache' })(
    (_root, _args, { setting, arrival }: Pick<GraphqlContext, 'setting' | 'arrival'>) =>
      setting.serviceSdl === 'open' || arrival.documentSigned || new ForbiddenError(),
  )
}

/** `_Any` accepts any JSON. A malformed reference is refused here, before any reference is resolved. */
function wellFormedReferences(names: readonly string[]) {
  return rule({ cache: 'no_cache' })((_root, args: { readonly representations: readonly unknown[] }) => {
    const malformed = args.representations.some(
      (reference) => !names.some((name) => isReferenceTo(name, reference)),
    )
    return malformed
      ? new BadArgumentError(`A representation must be { __typename: "${names.join('" | "')}", … }.`)
      : true
  })
}

function isReferenceTo(name: string, reference: unknown): boolean {
  return typeof reference === 'object' && reference !== null && Reflect.get(reference, '__typename') === name
}
