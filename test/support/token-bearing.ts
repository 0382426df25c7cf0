import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  isUnionType,
} from 'graphql'

type Field = GraphQLField<unknown, unknown>

/** A mutation whose result can contain tokens of a session, or a token that sets a password. */
export interface TokenBearing {
  readonly name: string
  /** The name of the type of its input. */
  readonly input: string | null
  /** An operation that selects these tokens. Its variable is `input`. */
  readonly document: string
}

const secretFields = ['accessToken', 'refreshToken', 'csrfToken', 'resetToken']

/** All such mutations of a schema. */
export function tokenBearing(schema: GraphQLSchema): readonly TokenBearing[] {
  return Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap((field) => {
    const selection = selectSecrets(getNamedType(field.type), new Set())
    if (selection === '') return []
    const type = field.args.find(({ name }) => name === 'input')?.type
    const [declared, given] = type === undefined ? ['', ''] : [`($input: ${type})`, '(input: $input)']
    const document = `mutation ${declared} { ${field.name}${given} { __typename ${selection} ... on AuthProblem { code } } }`
    return [{ name: field.name, input: type === undefined ? null : getNamedType(type).name, document }]
  })
}

/** The selection of the secrets in a type, on every path; empty if there are none. */
function selectSecrets(type: GraphQLNamedType, above: ReadonlySet<string>): string {
  if (above.has(type.name)) return ''
  const inside = new Set([...above, type.name])
  if (isUnionType(type))
    return type
      .getTypes()
      .map((member) => [member.name, selectSecrets(member, inside)])
      .flatMap(([name, selection]) => (selection === '' ? [] : [`... on ${name} { ${selection} }`]))
      .join(' ')
  if (!isObjectType(type)) return ''
  return Object.values(type.getFields())
    .map((field) => selectField(field, inside))
    .filter((selection) => selection !== '')
    .join(' ')
}

function selectField({ name, type, args }: Field, inside: ReadonlySet<string>): string {
  if (secretFields.includes(name)) return name
  const selection = args.length > 0 ? '' : selectSecrets(getNamedType(type), inside)
  return selection === '' ? '' : `${name} { ${selection} }`
}
