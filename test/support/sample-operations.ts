import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql'

/** An operation with one root field. Its arguments are well-formed, but refer to nothing that exists. */
export function sampleOperation(type: string, field: GraphQLField<unknown, unknown>): string {
  return `${type.toLowerCase()} { ${sampleField(field)} }`
}

/** A field with its required arguments and a selection. */
export function sampleField(field: GraphQLField<unknown, unknown>): string {
  const given = field.args.filter(isRequiredArgument).map(sampleArgument)
  const written = given.length === 0 ? '' : `(${given.join(', ')})`
  const selected = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }'
  return `${field.name}${written}${selected}`
}

function sampleArgument({ name, type }: GraphQLArgument | GraphQLInputField): string {
  return `${name}: ${printed(sampleValue(type), type)}`
}

/** The same required arguments as variables. */
export function sampleVariables({ args }: GraphQLField<unknown, unknown>): Record<string, unknown> {
  const given = args.filter(isRequiredArgument).map(({ name, type }) => [name, sampleValue(type)])
  return Object.fromEntries(given)
}

const sampleScalars: Readonly<Record<string, unknown>> = {
  ID: '00000000-0000-7000-8000-000000000000',
  String: 'sample',
  Int: 1,
  Boolean: false,
  DateTime: '2999-01-01T00:00:00Z',
  JSONObject: {},
}

function sampleValue(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sampleValue(type.ofType)
  if (isListType(type)) return []
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (!isInputObjectType(type)) return sampleScalars[type.name] ?? null
  const required = Object.values(type.getFields()).filter(isRequiredInputField)
  return Object.fromEntries(required.map(({ name, type: inner }) => [name, sampleValue(inner)]))
}

/** A sample value as text of a document. */
function printed(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return printed(value, type.ofType)
  if (isEnumType(type)) return String(value)
  if (!isInputObjectType(type)) return JSON.stringify(value)
  const required = Object.values(type.getFields()).filter(isRequiredInputField)
  return `{ ${required.map(sampleArgument).join(', ')} }`
}
