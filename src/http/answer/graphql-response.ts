import { type ExecutionResult, type FormattedExecutionResult, GraphQLError } from 'graphql'
import type { MediaType } from '../request/media-type.ts'
import type { PublicErrorCode } from '../request/public-error-codes.ts'
import type { RequestContext } from '../request/request-context.ts'
import type { PublicError, PublicErrors } from './public-errors.ts'

interface Deps {
  readonly context: RequestContext
  readonly errors: PublicErrors
  readonly mediaType: MediaType
  /** Yoga's own class: Node's creates a stream for each body, which halves the throughput. */
  readonly Response: typeof globalThis.Response
}

/** Maximum length of a response before compression. */
const maxResponseBytes = 1_000_000

/** The HTTP response with the result of one operation (GraphQL over HTTP, "Response"). */
export function graphqlResponse(result: unknown, deps: Deps): Response {
  const { context, errors, mediaType, Response } = deps
  const { body, data, publicErrors } = masked(result, { context, errors })
  const text = JSON.stringify(body)
  if (isTooLong(text)) return graphqlResponse(tooLong(context), deps)
  return new Response(text, {
    status: statusOf(data, publicErrors, mediaType),
    headers: headersOf(publicErrors, mediaType),
  })
}

/** A result with masked errors: one event of a stream. */
export function publicResult(result: unknown, deps: Pick<Deps, 'context' | 'errors'>): ExecutionResult {
  const { publicErrors, body } = masked(result, deps)
  if (isTooLong(JSON.stringify(body))) return publicResult(tooLong(deps.context), deps)
  const { errors: _, ...others } = body
  if (publicErrors.length === 0) return others
  return { ...others, errors: publicErrors.map(asGraphQLError) }
}

function isTooLong(text: string): boolean {
  // A character takes at most three bytes.
  return text.length * 3 > maxResponseBytes && Buffer.byteLength(text) > maxResponseBytes
}

function tooLong({ operation }: RequestContext): ExecutionResult {
  const done = operation?.type === 'mutation' ? ' The mutation was executed.' : ''
  const message = `The response is larger than ${maxResponseBytes} bytes: request fewer items or fields.${done}`
  return { errors: [new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })] }
}

function asGraphQLError({ formatted: { message, path, extensions = {} } }: PublicError): GraphQLError {
  return new GraphQLError(message, { path: path ?? null, extensions })
}

function masked(result: unknown, { context, errors }: Pick<Deps, 'context' | 'errors'>) {
  const usable = isExecutionResult(result)
  const { data, extensions } = usable ? result : {}
  const thrown = usable ? (result.errors ?? []) : [new Error('Not the result of one operation.')]
  const publicErrors = thrown.length === 0 ? [] : errors.of(thrown, context)
  const body: FormattedExecutionResult = {}
  if (publicErrors.length > 0) body.errors = publicErrors.map((error) => error.formatted)
  if (data !== undefined) body.data = data
  if (extensions !== undefined) body.extensions = { ...extensions, http: undefined }
  return { body, data, publicErrors }
}

function isExecutionResult(result: unknown): result is ExecutionResult {
  return typeof result === 'object' && result !== null && ('data' in result || 'errors' in result)
}

/**
 * If fields ran, the status is 200, or 503 if every root field is unavailable. If no field ran, the status follows from
 * the error; with application/json it stays 200 for well-formed requests.
 */
function statusOf(
  data: ExecutionResult['data'],
  errors: readonly PublicError[],
  mediaType: MediaType,
): number {
  const refusal = errors.find((error) => error.refusal !== null)?.refusal
  if (data === undefined && refusal) return refusal.status
  if (data !== undefined) return everythingUnavailable(data, errors) ? 503 : 200
  const [first] = errors
  const { code } = errors.find((error) => error.code === 'INTERNAL_SERVER_ERROR') ?? first ?? { code: null }
  if (code === null || code === 'INTERNAL_SERVER_ERROR') return 500
  if (code === 'UNAVAILABLE') return 503
  return mediaType === 'application/json' ? 200 : (statusByCode[code] ?? 400)
}

const statusByCode: Partial<Record<PublicErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
}

function everythingUnavailable(data: ExecutionResult['data'], errors: readonly PublicError[]): boolean {
  const unavailable = errors.filter((error) => error.code === 'UNAVAILABLE')
  if (unavailable.length === 0) return false
  if (data === null || data === undefined) return unavailable.length === errors.length
  const failed = new Set(unavailable.map((error) => error.formatted.path?.[0]))
  return Object.entries(data).every(([name, value]) => value === null && failed.has(name))
}

function headersOf(errors: readonly PublicError[], mediaType: MediaType): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': `${mediaType}; charset=utf-8` }
  let retryAfterSeconds = 0
  for (const { formatted, refusal } of errors) {
    if (refusal !== null) Object.assign(headers, refusal.headers)
    const seconds = formatted.extensions?.retryAfterSeconds
    if (typeof seconds === 'number') retryAfterSeconds = Math.max(retryAfterSeconds, Math.ceil(seconds))
  }
  if (retryAfterSeconds > 0) headers['retry-after'] = String(retryAfterSeconds)
  return headers
}
