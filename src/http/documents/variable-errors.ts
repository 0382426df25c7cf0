import {
  coerceInputValue,
  type DocumentNode,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  getOperationAST,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql'

const maxErrors = 10
/** Messages of graphql-js that contain names of types and fields only, no values. */
const safeMessages = [
  /^Field "\w{1,64}" of required type "[\w![\]]{1,128}" was not provided\.$/,
  /^Field "\w{1,64}" is not defined by type "\w{1,64}"\./,
]

export interface VariablesToCheck {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly operationName: string | null | undefined
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * Errors about the variables of an operation, with variable, path and expected type. Unlike those of graphql-js, the
 * messages never contain the invalid value, which can be a password.
 */
export function variableErrors(input: VariablesToCheck): readonly GraphQLError[] {
  const operation = getOperationAST(input.document, input.operationName)
  const messages: string[] = []
  for (const definition of operation?.variableDefinitions ?? []) {
    messages.push(...messagesOf(definition, input))
    if (messages.length >= maxErrors) break
  }
  if (messages.length === 0) messages.push('The variables do not match the operation.')
  return messages
    .slice(0, maxErrors)
    .map((message) => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } }))
}

function messagesOf(
  definition: VariableDefinitionNode,
  { schema, variables }: VariablesToCheck,
): readonly string[] {
  const name = definition.variable.name.value
  const type = typeFromAST(schema, definition.type)
  if (!isInputType(type)) return [`Variable "$${name}" is not of an input type.`]
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined
  if (value === undefined && (definition.defaultValue !== undefined || !isNonNullType(type))) return []
  if (value === undefined) return [`Variable "$${name}" of required type "${type}" was not provided.`]
  const messages: string[] = []
  coerceInputValue(value, type, (path, _invalidValue, error) => {
    if (messages.length < maxErrors) messages.push(describe(name, type, path, error.message))
  })
  return messages
}

function describe(
  name: string,
  type: GraphQLInputType,
  path: readonly (string | number)[],
  message: string,
): string {
  const where = [name, ...path].join('.')
  const safe = safeMessages.map((pattern) => pattern.exec(message)?.[0]).find((text) => text !== undefined)
  const expected = typeAt(type, path)
  return `Variable "$${name}" is not valid at "${where}": ${safe ?? `expected ${expected ?? 'something else'}.`}`
}

function typeAt(type: GraphQLInputType, path: readonly (string | number)[]): GraphQLInputType | null {
  let current: GraphQLInputType = type
  for (const key of path) {
    const open: GraphQLInputType = getNullableType(current)
    const next: GraphQLInputType | undefined = isListType(open)
      ? open.ofType
      : isInputObjectType(open)
        ? open.getFields()[key]?.type
        : undefined
    if (next === undefined) return null
    current = next
  }
  return current
}
