import type { ExecutionArgs, GraphQLError } from 'graphql'
import { variableErrors } from '../../documents/variable-errors.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/** Replaces the engine's errors about invalid variables, so that no value is returned or logged. */
export function useVariableErrors(): HttpPlugin {
  return {
    onSubscribe: ({ args }) => ({
      onSubscribeResult({ result, setResult }) {
        if (!('errors' in result) || result.errors === undefined) return
        // Errors of the field itself have a path.
        if (result.errors.some(({ path }: GraphQLError) => path !== undefined)) return
        setResult({ errors: errorsOf(args) })
      },
    }),
    onExecute: ({ args }) => ({
      onExecuteDone({ result, setResult }) {
        if (!('errors' in result) || result.errors === undefined || result.data !== undefined) return
        setResult({ errors: errorsOf(args) })
      },
    }),
  }
}

function errorsOf({
  schema,
  document,
  operationName,
  variableValues,
}: ExecutionArgs): readonly GraphQLError[] {
  return variableErrors({ schema, document, operationName, variables: variableValues ?? {} })
}
