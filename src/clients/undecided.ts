import { isEmpty } from './answer.ts'
import { GatehouseUnavailable, get, isObject, list, unavailableIn } from './unavailable.ts'

/**
 * The failure behind an error of Apollo Client or urql, behind an answer with `errors`, or behind a problem
 * `AuthRateLimitedProblem`; null when it is none of these, for example a refusal or an aborted request.
 */
export function toUnavailable(failure: unknown): GatehouseUnavailable | null {
  const errors = list(get(failure, 'graphQLErrors'))
  return unavailableIn(failure, get(failure, 'networkError')) ?? unavailableIn({ errors })
}

/**
 * What a client library reports of a request to which no GraphQL answer came, typed; null for one that was aborted.
 * @param status The HTTP status, if there was an answer.
 */
export function readFailure(failure: unknown, status: unknown): GatehouseUnavailable | null {
  const known = toUnavailable(failure)
  if (known !== null || !isObject(failure) || failure.name === 'AbortError') return known
  if (failure instanceof TypeError) return new GatehouseUnavailable('NETWORK', { cause: failure })
  return typeof status === 'number'
    ? new GatehouseUnavailable('NOT_GRAPHQL', { status, cause: failure })
    : null
}

/** What kept the service from deciding anything; null as soon as a part of the answer has come. */
export function readUndecided(data: unknown, failure: unknown): GatehouseUnavailable | null {
  return isEmpty(data) ? toUnavailable(failure) : null
}
