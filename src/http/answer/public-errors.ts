import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { OverloadError } from '../../domain/refusals.ts'
import { SpacedNotes } from '../../lib/collections/spaced-notes.ts'
import type { Logger } from '../../lib/observation/logger.ts'
import { errorForLog } from '../../lib/text/error-text.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { isPublicErrorCode, type PublicErrorCode } from '../request/public-error-codes.ts'
import type { RequestContext } from '../request/request-context.ts'
import { RequestRefusal } from '../request/request-refusal.ts'
import { describeRefusal } from './describe-refusal.ts'

const maxErrors = 100
const maxLoggedErrors = 10
const defaultRetrySeconds = 1
/** Minimum time between two log lines about an overload. */
const overloadLogMs = 10_000
/** Extensions that Yoga and graphql-js use internally; they are not sent to clients. */
const internalExtensions: ReadonlySet<string> = new Set([
  'http',
  'unexpected',
  'originalError',
  'exception',
  'stacktrace',
])

export interface PublicError {
  readonly code: PublicErrorCode
  readonly formatted: GraphQLFormattedError
  readonly refusal: RequestRefusal | null
}

export interface PublicErrorsDeps {
  readonly logger: Logger
  readonly clock: Clock
  /** Recognises errors of dependencies that are unavailable. */
  isUnavailable(error: unknown): boolean
}

/**
 * Converts thrown errors into public ones. Errors with a public code pass, an unavailable dependency becomes UNAVAILABLE,
 * everything else is masked and logged with the request id.
 */
export class PublicErrors {
  readonly #deps: PublicErrorsDeps
  readonly #overloads = new SpacedNotes({ minIntervalMs: overloadLogMs, maxKeys: 1 })

  constructor(deps: PublicErrorsDeps) {
    this.#deps = deps
  }

  of(errors: readonly unknown[], context: RequestContext): readonly PublicError[] {
    const logged = new Set<unknown>()
    return errors.slice(0, maxErrors).map((error) => this.#of(error, context, logged))
  }

  #of(error: unknown, context: RequestContext, logged: Set<unknown>): PublicError {
    const cause = causeOf(error)
    if (this.#deps.isUnavailable(cause)) {
      this.#logUnavailable(cause, context, logged)
      return publicError(
        error,
        'UNAVAILABLE',
        'The service is temporarily unavailable. Try again in a moment.',
        {
          retryAfterSeconds: retryAfterOf(cause),
        },
      )
    }
    const refused = describeRefusal(cause)
    if (refused !== null) return publicError(error, refused.code, refused.message, refused.extensions)
    if (isGraphQLError(error) && isGraphQLError(cause)) {
      const code = error.extensions.code ?? cause.extensions.code
      if (isPublicErrorCode(code) && code !== 'INTERNAL_SERVER_ERROR') {
        return publicError(
          error,
          code,
          error.message,
          visibleExtensions({ ...cause.extensions, ...error.extensions }),
        )
      }
      const argument = /^Argument "(\w{1,64})" /.exec(error.message)?.[1]
      if (code === undefined && argument !== undefined) {
        return publicError(error, 'BAD_USER_INPUT', `The argument "${argument}" is not valid.`, {})
      }
    }
    this.#log('error', 'Unexpected error.', cause, context, logged)
    const { requestId } = context
    return publicError(error, 'INTERNAL_SERVER_ERROR', 'Unexpected error.', { requestId })
  }

  #logUnavailable(cause: unknown, context: RequestContext, logged: Set<unknown>): void {
    if (!(cause instanceof OverloadError)) {
      this.#log('warn', 'A dependency is unavailable.', cause, context, logged)
      return
    }
    if (!this.#overloads.note('hashes', this.#deps.clock.monotonicMs())) return
    const { requestId } = context
    this.#deps.logger.warn(
      { requestId },
      'More passwords are to be hashed than the CPUs can hash: calls are refused. gatehouse_hash_refused_total counts them.',
    )
  }

  #log(
    level: 'warn' | 'error',
    message: string,
    cause: unknown,
    context: RequestContext,
    logged: Set<unknown>,
  ): void {
    if (logged.has(cause) || logged.size >= maxLoggedErrors) return
    logged.add(cause)
    const { requestId, operation } = context
    const line = { requestId, operation: operation?.name ?? null, error: errorForLog(cause) }
    this.#deps.logger[level](line, message)
  }
}

function publicError(
  error: unknown,
  code: PublicErrorCode,
  message: string,
  extensions: Record<string, unknown>,
): PublicError {
  const located = isGraphQLError(error) ? error : null
  const formatted = {
    message,
    ...(located?.locations === undefined ? {} : { locations: located.locations }),
    ...(located?.path === undefined ? {} : { path: located.path }),
    extensions: { ...extensions, code },
  }
  return { code, formatted, refusal: error instanceof RequestRefusal ? error : null }
}

function causeOf(error: unknown): unknown {
  let cause = error
  for (let steps = 0; steps < 10 && isGraphQLError(cause) && cause.originalError !== undefined; steps += 1) {
    cause = cause.originalError
  }
  return cause
}

function isGraphQLError(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError
}

function visibleExtensions(extensions: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(extensions).filter(([name]) => !internalExtensions.has(name)))
}

function retryAfterOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return defaultRetrySeconds
  const extensions: unknown = Reflect.get(error, 'extensions')
  const source = typeof extensions === 'object' && extensions !== null ? extensions : error
  const seconds: unknown = Reflect.get(source, 'retryAfterSeconds') ?? Reflect.get(error, 'retryAfterSeconds')
  return typeof seconds === 'number' && seconds > 0 ? Math.ceil(seconds) : defaultRetrySeconds
}
