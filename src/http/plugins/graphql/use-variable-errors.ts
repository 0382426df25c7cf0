import type { GraphQLError } from 'graphql'
import { variableErrors } from '../../documents/variable-errors.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/** Rewrites what the engine says of unusable variables, so that no value of one is echoed or logged. */
export function useVariableErrors(): HttpPlugin {
  return {
    onSubscribe: ({ args }) => ({
      onSubscribeResult({ result, setResult }) {
        if (!('errors' in result) || result.errors === undefined) return
        // What the field itself refuses has a path.
        if (result.errors.some(({ path }: GraphQLError) => path !== undefined)) return
        const { schema, document, operationName } = args
        setResult({
          errors: variableErrors({ schema, document, operationName, variables: args.variableValues ?? {} }),
        })
      },
    }),
    onExecute: ({ args }) => ({
      onExecuteDone({ result, setResult }) {
        if (!('errors' in result) || result.errors === undefined || result.data !== undefined) return
        const { schema, document, operationName } = args
        setResult({
          errors: variableErrors({ schema, document, operationName, variables: args.variableValues ?? {} }),
        })
      },
    }),
  }
}
