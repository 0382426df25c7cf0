import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql'
import type { HttpPlugin } from '../http-plugin.ts'

/** An unbounded number of errors would amplify a small request. */
const maxReportedErrors = 10

/**
 * Validates with a bounded number of errors that carry their code. Without introspection, `__schema`, `__type` and the
 * "did you mean" of messages reveal no names; `_service` and `__typename` still work.
 */
export function useValidation(deps: { introspection: boolean }): HttpPlugin {
  const rules = deps.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule]
  const options = { maxErrors: maxReportedErrors, hideSuggestions: !deps.introspection }
  const validateDocument = (
    schema: GraphQLSchema,
    document: DocumentNode,
    extra?: readonly ValidationRule[],
  ) => {
    const all = new Set([...rules, ...(extra ?? [])])
    return validate(schema, document, [...all], options)
      .slice(0, maxReportedErrors)
      .map(withCode)
  }
  return {
    onValidate({ setValidationFn }) {
      setValidationFn(validateDocument)
    },
  }
}

function withCode(error: GraphQLError): GraphQLError {
  const { nodes = null, source = null, positions = null } = error
  return new GraphQLError(error.message, {
    nodes,
    source,
    positions,
    extensions: { ...error.extensions, code: 'GRAPHQL_VALIDATION_FAILED' },
  })
}
