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

/** An error for each of a thousand fields would be an amplifier. */
const maxReportedErrors = 10

/**
 * Validates with bounded errors that carry their code. Without introspection neither `__schema` and `__type` nor
 * the "did you mean" of the messages give names away; `_service` and `__typename` go on working.
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
