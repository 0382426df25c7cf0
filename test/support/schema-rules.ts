import {
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql'

/** What a rule says of a schema: one line for each breach. */
export type SchemaRule = (schema: GraphQLSchema) => readonly string[]

type Field = GraphQLField<unknown, unknown>

/** Names that federation brings along begin with an underscore. */
const isOurs = (name: string): boolean => !name.startsWith('_')

export function rootFields(
  schema: GraphQLSchema,
): readonly { place: string; field: Field; mutates: boolean }[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {})
      .filter(({ name }) => isOurs(name))
      .map((field) => ({
        place: `${type?.name}.${field.name}`,
        field,
        mutates: type === schema.getMutationType(),
      })),
  )
}

/** The scopes beside a field, by name; those that ask for a permission too. */
export function scopesOf(field: Field): readonly string[] {
  const options = field.extensions.pothosOptions
  const scopes = isRecord(options) ? options.authScopes : undefined
  return isRecord(scopes)
    ? Object.keys(scopes).filter((scope) => scopes[scope] === true || typeof scopes[scope] === 'string')
    : []
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** The permission that a field wants; null where none is wanted. */
export function permissionOf(field: Field): string | null {
  const options = field.extensions.pothosOptions
  const scopes = isRecord(options) ? options.authScopes : undefined
  if (!isRecord(scopes)) return null
  const wanted = scopes.permission ?? scopes.actingWith
  return typeof wanted === 'string' ? wanted : null
}

/** Every type, field, argument, input field and enum value is described by a sentence. */
export const isDescribed: SchemaRule = (schema) =>
  describedPlaces(schema)
    .filter(([, description]) => !/[.!?]['")]?$/.test(description?.trim() ?? ''))
    .map(([place, description]) => `${place}: ${description ?? 'no description'}`)

type Place = readonly [string, string | null | undefined]

function describedPlaces(schema: GraphQLSchema): readonly Place[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isOurs(type.name) && !isSpecifiedScalarType(type))
    .flatMap((type): Place[] => {
      const itself: Place = [type.name, type.description]
      if (isEnumType(type))
        return [
          itself,
          ...type.getValues().map((value): Place => [`${type.name}.${value.name}`, value.description]),
        ]
      if (isInputObjectType(type))
        return [
          itself,
          ...Object.values(type.getFields()).map(
            (field): Place => [`${type.name}.${field.name}`, field.description],
          ),
        ]
      if (!isObjectType(type) && !isInterfaceType(type)) return [itself]
      return [itself, ...Object.values(type.getFields()).flatMap((field) => fieldPlaces(type.name, field))]
    })
}

function fieldPlaces(type: string, field: Field): Place[] {
  const place = `${type}.${field.name}`
  if (!isOurs(field.name)) return []
  return [
    [place, field.description],
    ...field.args.map((argument): Place => [`${place}(${argument.name}:)`, argument.description]),
  ]
}

/** Root fields are nullable, so that one that fails does not take the others along. */
export const rootsAreNullable: SchemaRule = (schema) =>
  rootFields(schema)
    .filter(({ field }) => isNonNullType(field.type))
    .map(({ place }) => `${place} is not nullable`)

/** A mutation takes one XInput, or nothing, and answers the union XResult. */
export const mutationsHaveOneShape: SchemaRule = (schema) =>
  rootFields(schema)
    .filter(({ mutates }) => mutates)
    .flatMap(({ place, field }) => {
      const name = field.name.charAt(0).toUpperCase() + field.name.slice(1)
      const [input, ...others] = field.args
      const shaped =
        input === undefined || (input.name === 'input' && getNamedType(input.type).name === `${name}Input`)
      const problems =
        shaped && others.length === 0 ? [] : [`${place} takes something else than ${name}Input`]
      const result = getNamedType(field.type)
      if (!isUnionType(result) || result.name !== `${name}Result`)
        return [...problems, `${place} does not answer the union ${name}Result`]
      const members = result.getTypes().map((member) => member.name)
      if (members.every((member) => member.endsWith('Problem')))
        problems.push(`${result.name} has no success`)
      if (!members.includes('AuthRateLimitedProblem'))
        problems.push(`${result.name} lacks AuthRateLimitedProblem`)
      return problems
    })

/** Whatever is called a problem implements AuthProblem, and nothing else does. */
export const problemsAreProblems: SchemaRule = (schema) =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => {
      const implementsIt = type.getInterfaces().some(({ name }) => name === 'AuthProblem')
      return implementsIt !== type.name.endsWith('Problem')
    })
    .map(({ name }) => `${name} is either called a problem or implements AuthProblem, not both`)

/** Every root field says who may call it; `acting` is for mutations, and mutations know `anyone`, `acting` and `actingWith` alone. */
export const rootsHaveScopes: SchemaRule = (schema) =>
  rootFields(schema).flatMap(({ place, field, mutates }) => {
    const scopes = scopesOf(field)
    if (scopes.length !== 1) return [`${place} has not one auth scope but ${scopes.length}`]
    const allowed = mutates
      ? ['anyone', 'acting', 'actingWith']
      : ['anyone', 'signedIn', 'permission', 'permissionUnlessDeveloping']
    return allowed.includes(scopes[0] ?? '') ? [] : [`${place} has the scope ${scopes[0]}`]
  })

/** Every root field has a budget. */
export const rootsHaveLimits: SchemaRule = (schema) =>
  rootFields(schema)
    .filter(({ field }) => {
      const limit = field.extensions.rateLimit
      return !(isRecord(limit) && typeof limit.name === 'string' && Array.isArray(limit.budgets))
    })
    .map(({ place }) => `${place} has no rate limit`)
