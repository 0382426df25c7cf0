import { isObject } from '../../lib/text/json.ts'
import { decodeUtf8 } from './request-body.ts'
import { RequestRefusal } from './request-refusal.ts'
import type { TrustedDocuments } from './trusted-documents.ts'

/** Deeper JSON is refused: input types are shallow, and functions that walk them recurse. */
const maxJsonDepth = 32
const parameterNames: ReadonlySet<string> = new Set([
  'query',
  'documentId',
  'operationName',
  'variables',
  'extensions',
])

/** Parameters of a request (GraphQL over HTTP, "Request Parameters"). */
export interface GraphqlParams {
  readonly query: string
  readonly operationName?: string
  readonly variables?: Record<string, unknown>
  readonly extensions?: Record<string, unknown>
}

/** Documents that the caller is allowed to execute. */
export interface DocumentRules {
  /** Null: documents cannot be named by hash. */
  readonly documents: Pick<TrustedDocuments, 'find'> | null
  /** Whether the caller is allowed to send any document, even if other clients are not. */
  readonly unrestricted: boolean
}

/** Reads a JSON body. @throws RequestRefusal 400; the message never quotes the body */
export function paramsOfBody(body: Uint8Array, rules: DocumentRules): GraphqlParams {
  const text = decodeUtf8(body)
  if (text === null) throw malformed('The body is not UTF-8.')
  const value = parseJson(text, 'body')
  if (Array.isArray(value)) throw malformed('Batches are not supported: send one operation per request.')
  if (!isObject(value)) throw malformed('The body must be a JSON object.')
  return checkParams(value, rules)
}

/** Reads the query string of a URL. @throws RequestRefusal 400 */
export function paramsOfUrl(url: string, rules: DocumentRules): GraphqlParams {
  const search = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '')
  const fields = new Map<string, unknown>()
  for (const [name, text] of search) {
    if (fields.has(name)) throw malformed('A parameter was sent twice.')
    const structured = name === 'variables' || name === 'extensions'
    fields.set(name, structured && text !== '' ? parseJson(text, name) : text === '' ? undefined : text)
  }
  return checkParams(Object.fromEntries(fields), rules)
}

function checkParams(value: Record<string, unknown>, rules: DocumentRules): GraphqlParams {
  const { operationName, variables, extensions } = value
  for (const name of Object.keys(value)) {
    if (!parameterNames.has(name) || (name === 'documentId' && rules.documents === null))
      throw malformed('Only the parameters query, operationName, variables and extensions are accepted.')
  }
  if (!isNothing(operationName) && typeof operationName !== 'string') {
    throw malformed('The parameter operationName must be a string or null.')
  }
  if (!isNothing(variables) && !isObject(variables))
    throw malformed('The parameter variables must be an object or null.')
  if (!isNothing(extensions) && !isObject(extensions)) {
    throw malformed('The parameter extensions must be an object or null.')
  }
  return {
    query: documentOf(value, rules),
    ...(isNothing(operationName) || operationName === '' ? {} : { operationName }),
    ...(isNothing(variables) ? {} : { variables }),
    ...(isNothing(extensions) ? {} : { extensions }),
  }
}

/** The hash is sent as documentId (GraphQL over HTTP, appendix "Persisted Documents"), or as Apollo's links send it. */
function documentOf(
  { query, documentId, extensions }: Record<string, unknown>,
  { documents, unrestricted }: DocumentRules,
): string {
  if (!isNothing(query) && typeof query !== 'string') throw malformed('The parameter query must be a string.')
  const persisted = isObject(extensions) ? extensions.persistedQuery : null
  const hash = documentId ?? (isObject(persisted) ? persisted.sha256Hash : null) ?? null
  if (documents !== null && hash !== null && typeof hash !== 'string')
    throw malformed('The hash of a document must be a string.')
  const text = query === '' || isNothing(query) ? null : query
  const found =
    documents === null ? text : documents.find(text, typeof hash === 'string' ? hash : null, unrestricted)
  if (found === null) throw malformed('The parameter query is missing.')
  return found
}

function parseJson(text: string, what: string): unknown {
  const value = tryParse(text)
  if (value === undefined) throw malformed(`The ${what} is not valid JSON.`)
  if (!isSafe(value, maxJsonDepth))
    throw malformed(`The ${what} is nested too deeply or contains a forbidden key.`)
  return value
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether JSON is shallow enough and free of `__proto__` keys (OWASP ASVS 5.0, 1.5.2 and 15.3.6). */
function isSafe(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (levels === 0) return false
  if (Array.isArray(value)) return value.every((item) => isSafe(item, levels - 1))
  return Object.entries(value).every(([key, item]) => key !== '__proto__' && isSafe(item, levels - 1))
}

function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined
}

function malformed(message: string): RequestRefusal {
  return new RequestRefusal(400, 'BAD_USER_INPUT', message)
}
