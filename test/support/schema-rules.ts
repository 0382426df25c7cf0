import {
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  OverlappingFieldsCanBeMergedRule,
  parse,
  validate,
} from 'graphql'

/** Checks a schema and returns one line for each violation. */
export type SchemaRule = (schema: GraphQLSchema) => readonly string[]

type Field = GraphQLField<unknown, unknown>

/** Names of types and fields for gateways begin with an underscore. */
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

/** The names of the scopes that a field declares, including those that require a permission. */
export function scopesOf(field: Field): readonly string[] {
  const scopes = field.extensions.authScopes
  return isRecord(scopes)
    ? Object.keys(scopes).filter((scope) => scopes[scope] === true || typeof scopes[scope] === 'string')
    : []
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** The permission that a field requires; null if it requires none. */
export function permissionOf(field: Field): string | null {
  const scopes = field.extensions.authScopes
  if (!isRecord(scopes)) return null
  const permission = scopes.permission ?? scopes.actingWith ?? scopes.actingUserWith
  return typeof permission === 'string' ? permission : null
}

/** Every type, field, argument, input field and enum value has a description that ends like a sentence. */
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

/** Root fields are nullable, so that the failure of one leaves the others intact. */
export const rootsAreNullable: SchemaRule = (schema) =>
  rootFields(schema)
    .filter(({ field }) => isNonNullType(field.type))
    .map(({ place }) => `${place} is not nullable`)

/** Mutations that end a sign-in in several steps share a union. */
const sharedResults: Readonly<Record<string, string>> = {
  CompleteMfaChallenge: 'CompleteSignInResult',
  LoginWithPasskey: 'CompleteSignInResult',
}

/** A mutation has one argument of type XInput, or none, and returns the union XResult. */
export const mutationsHaveOneShape: SchemaRule = (schema) =>
  rootFields(schema)
    .filter(({ mutates }) => mutates)
    .flatMap(({ place, field }) => {
      const name = field.name.charAt(0).toUpperCase() + field.name.slice(1)
      const [input, ...others] = field.args
      const shaped =
        input === undefined || (input.name === 'input' && getNamedType(input.type).name === `${name}Input`)
      const problems =
        shaped && others.length === 0 ? [] : [`${place} has an argument other than input: ${name}Input`]
      const result = getNamedType(field.type)
      const union = sharedResults[name] ?? `${name}Result`
      if (!isUnionType(result) || result.name !== union)
        return [...problems, `${place} does not return the union ${union}`]
      const members = result.getTypes().map((member) => member.name)
      if (members.every((member) => member.endsWith('Problem')))
        problems.push(`${result.name} has no success`)
      if (!members.includes('AuthRateLimitedProblem'))
        problems.push(`${result.name} lacks AuthRateLimitedProblem`)
      return problems
    })

/** Exactly the types whose name ends in Problem implement AuthProblem. */
export const problemsAreProblems: SchemaRule = (schema) =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => {
      const implementsIt = type.getInterfaces().some(({ name }) => name === 'AuthProblem')
      return implementsIt !== type.name.endsWith('Problem')
    })
    .map(({ name }) => `${name} must either be named …Problem and implement AuthProblem, or neither`)

/** Every root field declares one scope. Mutations have the scopes that check x-csrf-token; queries and subscriptions have the others. */
export const rootsHaveScopes: SchemaRule = (schema) =>
  rootFields(schema).flatMap(({ place, field, mutates }) => {
    const scopes = scopesOf(field)
    if (scopes.length !== 1) return [`${place} has ${scopes.length} auth scopes instead of one`]
    const allowed = mutates
      ? ['anyone', 'acting', 'actingWith', 'actingUserWith']
      : ['anyone', 'signedIn', 'permission', 'permissionUnlessDeveloping']
    return allowed.includes(scopes[0] ?? '') ? [] : [`${place} has the scope ${scopes[0]}`]
  })

/** Every root field declares a rate limit. */
export const rootsHaveLimits: SchemaRule = (schema) =>
  rootFields(schema)
    .filter(({ field }) => {
      const limit = field.extensions.rateLimit
      return !(isRecord(limit) && typeof limit.name === 'string' && Array.isArray(limit.budgets))
    })
    .map(({ place }) => `${place} has no rate limit`)

/** One document can select every leaf of every member of a union or interface: equal names have equal types. */
export const membersCanBeSelectedTogether: SchemaRule = (schema) =>
  Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .filter(({ name }) => isOurs(name))
    .flatMap((type) => {
      const members = schema.getPossibleTypes(type).map((member) => {
        const leaves = selectionOf(Object.values(member.getFields()))
        return `... on ${member.name} { __typename ${leaves} }`
      })
      const document = parse(`fragment All on ${type.name} { ${members.join(' ')} }`)
      const errors = validate(schema, document, [OverlappingFieldsCanBeMergedRule])
      return errors.map(({ message }) => `${type.name}: ${message}`)
    })

/** All leaves, and those of the objects below, three levels deep. */
function selectionOf(fields: readonly Field[], depth = 3): string {
  const selected = fields.map(({ name, type: wrapped }) => {
    const type = getNamedType(wrapped)
    if (isLeafType(type)) return name
    if (isUnionType(type) || depth === 0) return ''
    const below = selectionOf(Object.values(type.getFields()), depth - 1)
    return `${name} { __typename ${below} }`
  })
  return selected.join(' ')
}

/** Names of arguments and input fields that take text, at any depth. */
export function textArguments(schema: GraphQLSchema): ReadonlySet<string> {
  const types = Object.values(schema.getTypeMap())
  const inputs = types.filter(isInputObjectType).flatMap((type) => Object.values(type.getFields()))
  const args = types
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()).flatMap((field) => field.args))
  const takesText = (name: string) => name === 'String' || name.startsWith('JSON')
  const texts = [...inputs, ...args].filter(({ type }) => takesText(getNamedType(type).name))
  return new Set(texts.map(({ name }) => name))
}
