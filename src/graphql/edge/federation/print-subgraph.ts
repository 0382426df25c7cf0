import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  parseConstValue,
  print,
  printSchema,
} from 'graphql'
import { isObject } from '../../../lib/text/json.ts'
import type { Entity } from './entity.ts'

const link = '@link(url: "https://specs.apollo.dev/federation/v2.6", import: ['
/** Directives of the federation specification that the schema uses. */
const imported = ['key', 'shareable', 'authenticated', 'requiresScopes']

/**
 * The SDL of the subgraph, sorted by type. `printSchema` prints no directives, so those in `extensions.directives` of types
 * and fields are put back, and `@key` of each entity.
 */
export function printSubgraph(schema: GraphQLSchema, entities: readonly Entity[]): string {
  const definitions = parse(printSchema(schema), { noLocation: true })
    .definitions.map((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION
        ? withDirectives(definition, schema, entities)
        : definition,
    )
    .toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const names = imported.map((name) => `"@${name}"`).join(', ')
  const text = print({ kind: Kind.DOCUMENT, definitions })
  return `extend schema\n  ${link}${names}])\n\n${separateFields(text)}\n`
}

function nameOf(definition: DefinitionNode): string {
  return 'name' in definition ? (definition.name?.value ?? '') : ''
}

/** Writes an empty line before each described field, except for the first of a type. */
function separateFields(text: string): string {
  return text.replace(/(.)\n( {2}""".*?""")/gs, (_match, before: string, description: string) =>
    before === '{' ? `{\n${description}` : `${before}\n\n${description}`,
  )
}

function withDirectives(
  definition: ObjectTypeDefinitionNode,
  schema: GraphQLSchema,
  entities: readonly Entity[],
): ObjectTypeDefinitionNode {
  const type = schema.getType(definition.name.value)
  if (!isObjectType(type)) return definition
  const keys = entities
    .filter(({ name }) => name === type.name)
    .map(({ key }) => directive('key', { fields: key }))
  const fields = type.getFields()
  return {
    ...definition,
    directives: [...(definition.directives ?? []), ...keys, ...directivesOf(type.extensions)],
    fields: definition.fields?.map((field) => withFieldDirectives(field, fields[field.name.value])) ?? [],
  }
}

function withFieldDirectives(
  node: FieldDefinitionNode,
  field: GraphQLField<unknown, unknown> | undefined,
): FieldDefinitionNode {
  return { ...node, directives: [...(node.directives ?? []), ...directivesOf(field?.extensions ?? {})] }
}

function directivesOf({ directives }: Readonly<Record<string, unknown>>): ConstDirectiveNode[] {
  if (!Array.isArray(directives)) return []
  return directives.map((entry: unknown) => {
    if (!isObject(entry) || typeof entry.name !== 'string' || !imported.includes(entry.name))
      throw new Error(
        `The directive ${JSON.stringify(entry)} is not imported from the federation specification.`,
      )
    return directive(entry.name, isObject(entry.args) ? entry.args : {})
  })
}

/** The arguments are strings and lists of strings, which GraphQL writes as JSON does. */
function directive(name: string, args: Readonly<Record<string, unknown>>): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: name },
    arguments: Object.entries(args).map(([argument, value]) => ({
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: argument },
      value: parseConstValue(JSON.stringify(value), { noLocation: true }),
    })),
  }
}
