import { GraphQLError } from 'graphql'
import { isAccessError } from '../access-error.ts'
import { isObject } from '../json.ts'

interface Done {
  readonly result: unknown
  setResult(result: never): void
}

/** Turns refusals that resolvers have thrown into errors of GraphQL, so that servers that mask unexpected errors show them. */
export function showRefusals({ result, setResult }: Done): void {
  if (!isObject(result) || !Array.isArray(result.errors)) return
  const errors = result.errors.map((error: unknown) => (error instanceof GraphQLError ? shown(error) : error))
  Reflect.apply(setResult, undefined, [{ ...result, errors }])
}

function shown(error: GraphQLError): GraphQLError {
  const { originalError, message, nodes = null, source = null, positions = null, path = null } = error
  if (!isAccessError(originalError)) return error
  const { extensions } = originalError
  return new GraphQLError(message, { nodes, source, positions, path, extensions })
}
