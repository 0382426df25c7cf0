import { type DocumentNode, GraphQLError, OperationTypeNode, parse } from 'graphql'
import { type DocumentCost, DocumentMeter } from './document-meter.ts'

/** Limits of one document (OWASP ASVS 5.0, 4.3.1; OWASP GraphQL cheat sheet, "Query limiting"). */
const documentLimits = {
  tokens: 1000,
  operations: 10,
  depth: 12,
  introspectionDepth: 20,
  fields: 500,
  aliases: 30,
  directives: 50,
  credentialChecks: 1,
  schemas: 1,
} as const

const schemaField: ReadonlySet<string> = new Set(['__schema'])

const measured = ['depth', 'introspectionDepth', 'fields', 'aliases', 'directives'] as const

/**
 * Parses a document and refuses it, before validation, if it exceeds a limit.
 * @param credentialFields names of the mutations that check credentials: an operation can contain at most one of them
 * @throws GraphQLError GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED, or BAD_USER_INPUT for a repeated `__schema`; one
 * error for the whole document
 */
export function parseWithinLimits(text: string, credentialFields: ReadonlySet<string>): DocumentNode {
  const document = parseText(text)
  const meter = new DocumentMeter(document)
  const { operations } = meter
  if (operations.length > documentLimits.operations) {
    throw limitExceeded(`at most ${documentLimits.operations} operations`)
  }
  const cost: DocumentCost = meter.worstCost()
  for (const measure of measured) {
    if (cost[measure] > documentLimits[measure]) {
      throw limitExceeded(`${measureNames[measure]} of at most ${documentLimits[measure]}`)
    }
  }
  for (const operation of operations) {
    if (meter.countRootFields(operation, schemaField) > documentLimits.schemas)
      throw new GraphQLError('An operation can contain __schema only once.', {
        extensions: { code: 'BAD_USER_INPUT' },
      })
    if (operation.operation !== OperationTypeNode.MUTATION) continue
    if (meter.countRootFields(operation, credentialFields) > documentLimits.credentialChecks) {
      throw validationError('An operation can check credentials only once: send the others separately.')
    }
  }
  return document
}

const measureNames = {
  depth: 'a depth',
  introspectionDepth: 'an introspection depth',
  fields: 'a number of fields',
  aliases: 'a number of aliases',
  directives: 'a number of directives',
} as const

function parseText(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: documentLimits.tokens })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw parseError('The document cannot be parsed.')
    throw parseError(error.message, error)
  }
}

function parseError(message: string, error?: GraphQLError): GraphQLError {
  const where =
    error === undefined ? {} : { source: error.source ?? null, positions: error.positions ?? null }
  return new GraphQLError(message, { ...where, extensions: { code: 'GRAPHQL_PARSE_FAILED' } })
}

function limitExceeded(limit: string): GraphQLError {
  return validationError(`The document exceeds a limit: ${limit}.`)
}

function validationError(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })
}
