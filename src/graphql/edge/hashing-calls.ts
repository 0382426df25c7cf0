import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  validate,
} from 'graphql'
import type { LimitIdentifier } from '../../domain/rate-limits/limit-identifier.ts'
import type { Limit } from '../../domain/rate-limits/limits.ts'
import { OverloadError } from '../../domain/refusals.ts'
import type { IdentifyingContext } from './context.ts'

declare module 'graphql' {
  /** The declaration of a root field. */
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    rateLimit?: Limit
    checksCredentials?: boolean
    limitIdentifier?: (args: Record<string, unknown>, context: IdentifyingContext) => LimitIdentifier
  }
}

/** After this time a refused call may find room. */
export const retrySeconds = 1

type Variables = Readonly<Record<string, unknown>>

/** A valid operation that does nothing but call one field that hashes a password. */
export interface HashingCall {
  readonly field: string
  readonly operationName: string | null
  readonly limit: Limit
  readonly checksCredentials: boolean
  /** The result of the operation if it is refused in an overload. */
  readonly refusal: ExecutionResult
  /** The identifier that budgets count, null if there is none. Null in place of the object: the variables are not valid. */
  identify(
    variables: Variables,
    context: IdentifyingContext,
  ): { readonly identifier: LimitIdentifier | null } | null
}

/**
 * Finds calls that hash a password, such as logins. `useOverload` refuses them in an overload without executing their
 * operations.
 */
export class HashingCalls {
  readonly #schema: GraphQLSchema
  readonly #byDocument = new WeakMap<DocumentNode, HashingCall | null>()

  constructor(schema: GraphQLSchema) {
    this.#schema = schema
  }

  /** Null: the operation must be executed. */
  of(document: DocumentNode): HashingCall | null {
    const known = this.#byDocument.get(document)
    if (known !== undefined) return known
    const call = this.#read(document)
    this.#byDocument.set(document, call)
    return call
  }

  #read(document: DocumentNode): HashingCall | null {
    const operation = onlyMutation(document)
    const node = operation === null ? null : onlyField(operation)
    if (operation === null || node === null) return null
    const field = this.#schema.getMutationType()?.getFields()[node.name.value]
    const limit = field?.extensions.rateLimit
    if (field === undefined || limit?.hashesPassword !== true) return null
    if (validate(this.#schema, document, undefined, { maxErrors: 1 }).length > 0) return null
    return {
      field: field.name,
      operationName: operation.name?.value ?? null,
      limit,
      checksCredentials: field.extensions.checksCredentials === true,
      refusal: refusalOf(node),
      identify: (variables, context) => {
        const args = this.#argumentsOf({ operation, node, field }, variables)
        return args && { identifier: field.extensions.limitIdentifier?.(args, context) ?? null }
      },
    }
  }

  #argumentsOf(
    { operation, node, field }: CalledField,
    variables: Variables,
  ): Record<string, unknown> | null {
    const { coerced } = getVariableValues(this.#schema, operation.variableDefinitions ?? [], variables, {
      maxErrors: 1,
    })
    if (coerced === undefined) return null
    try {
      return getArgumentValues(field, node, coerced)
    } catch {
      return null
    }
  }
}

interface CalledField {
  readonly operation: OperationDefinitionNode
  readonly node: FieldNode
  readonly field: GraphQLField<unknown, unknown>
}

/** The mutation of a document that has no other operation. */
function onlyMutation({ definitions }: DocumentNode): OperationDefinitionNode | null {
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  const [operation] = operations
  if (operations.length > 1 || operation?.operation !== OperationTypeNode.MUTATION) return null
  return operation
}

/** The root field of an operation that has no other one, and always calls it. */
function onlyField({ selectionSet, directives = [] }: OperationDefinitionNode): FieldNode | null {
  const [selection, ...others] = selectionSet.selections
  if (selection?.kind !== Kind.FIELD || others.length > 0 || directives.length > 0) return null
  return selection.directives === undefined || selection.directives.length === 0 ? selection : null
}

/** The same result as if the resolver had thrown. */
function refusalOf(node: FieldNode): ExecutionResult {
  const name = node.alias?.value ?? node.name.value
  const originalError = new OverloadError(retrySeconds)
  const error = new GraphQLError(originalError.message, { nodes: node, path: [name], originalError })
  return { data: { [name]: null }, errors: [error] }
}
