import {
  type GraphQLField,
  type GraphQLOutputType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql'

type Field = GraphQLField<unknown, unknown>

/** An operation with one root field whose arguments are variables, and with everything that its result can show. */
export function deepOperation(root: string, field: Field): string {
  const [type = ''] = root.split('.')
  const declared = field.args.map(({ name, type }) => `$${name}: ${type}`).join(', ')
  const passed = field.args.map(({ name }) => `${name}: $${name}`).join(', ')
  const written = field.args.length === 0 ? ['', ''] : [`(${declared})`, `(${passed})`]
  return `${type.toLowerCase()} ${written[0]} { ${field.name}${written[1]} ${deepSelection(field.type)} }`
}

/** All fields of a type down to a depth: a page, its nodes, and what a node refers to. */
function deepSelection(wrapped: GraphQLOutputType, depth = 4): string {
  const type = getNamedType(wrapped)
  if (isLeafType(type)) return ''
  if (isUnionType(type)) {
    const members = type.getTypes().map((member) => `... on ${member.name} ${deepSelection(member, depth)}`)
    return `{ __typename ${members.join(' ')} }`
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return '{ __typename }'
  const fields = Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument))
  const selected = fields
    .filter((field) => isLeafType(getNamedType(field.type)) || depth > 0)
    .map((field) => `${field.name} ${deepSelection(field.type, depth - 1)}`)
  return `{ __typename ${selected.join(' ')} }`
}

/** The variables with a value at a path; in a list if the place has one. */
export function withValue(
  variables: Readonly<Record<string, unknown>>,
  path: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const [name = '', ...rest] = path
  const inner = variables[name]
  const nested = typeof inner === 'object' && inner !== null ? { ...inner } : {}
  return { ...variables, [name]: rest.length === 0 ? value : withValue(nested, rest, value) }
}
