import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
} from 'graphql'
import { rootFields } from '../schema-rules.ts'

/** A value inside the arguments of a root field that can name an object: an id, a text or JSON. */
export interface ArgumentPlace {
  /** For example `Mutation.lockUser(input.userId)`. */
  readonly name: string
  /** For example `Mutation.lockUser`. */
  readonly root: string
  readonly path: readonly string[]
}

/** Numbers, switches, times and enum values name nothing. */
const namingTypes: ReadonlySet<string> = new Set(['ID', 'String', 'JSONObject'])

/** Every such place of a root field. */
export function placesOf(
  root: string,
  field: Pick<GraphQLField<unknown, unknown>, 'args'>,
): readonly ArgumentPlace[] {
  return field.args
    .flatMap((argument) => pathsOf(argument))
    .map((path) => ({ name: `${root}(${path.join('.')})`, root, path }))
}

/** Every such place of a schema. */
export function argumentPlaces(schema: GraphQLSchema): readonly ArgumentPlace[] {
  return rootFields(schema).flatMap(({ place, field }) => placesOf(place, field))
}

function pathsOf({ name, type }: GraphQLArgument | GraphQLInputField): readonly (readonly string[])[] {
  const named = getNamedType(type)
  if (isInputObjectType(named))
    return Object.values(named.getFields()).flatMap((field) => pathsOf(field).map((path) => [name, ...path]))
  return namingTypes.has(named.name) ? [[name]] : []
}

/** Arguments of fields below the root, for example `User.sessions(after)`. */
export function nestedArguments(schema: GraphQLSchema): readonly string[] {
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !roots.has(type) && !isIntrospectionType(type))
    .flatMap((type) =>
      Object.values(type.getFields()).flatMap((field) =>
        field.args.map((argument) => `${type.name}.${field.name}(${argument.name})`),
      ),
    )
}
