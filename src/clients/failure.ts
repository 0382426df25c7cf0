import { isEmpty } from './answer.ts'
import { get, isObject, toArray } from './json.ts'
import { findUnavailable, GatehouseUnavailable } from './unavailable.ts'

/**
 * The GatehouseUnavailable behind an error of Apollo Client or urql, behind a response with `errors`, or behind an
 * `AuthRateLimitedProblem`; null if it is none of these, for example a refusal or an aborted request.
 */
export function toUnavailable(failure: unknown): GatehouseUnavailable | null {
  const errors = toArray(get(failure, 'graphQLErrors'))
  return findUnavailable(failure, get(failure, 'networkError')) ?? findUnavailable({ errors })
}

/**
 * Converts a client library's error about a request without a GraphQL response. Returns null for an aborted request.
 * @param status The HTTP status, if there was a response.
 */
export function unavailableFromError(failure: unknown, status: unknown): GatehouseUnavailable | null {
  const known = toUnavailable(failure)
  if (known !== null || !isObject(failure) || failure.name === 'AbortError') return known
  if (failure instanceof TypeError) return new GatehouseUnavailable('NETWORK', { cause: failure })
  return typeof status === 'number'
    ? new GatehouseUnavailable('NOT_GRAPHQL', { status, cause: failure })
    : null
}

/** The GatehouseUnavailable behind a failure; null if at least one root field has a result. */
export function unavailableIfEmpty(data: unknown, failure: unknown): GatehouseUnavailable | null {
  return isEmpty(data) ? toUnavailable(failure) : null
}
