import { GatehouseUnavailable, isObject, toUnavailable } from './unavailable.ts'

/**
 * What a client library reports of a request to which no GraphQL answer came, typed; null for one that was aborted.
 * @param status The HTTP status, if there was an answer.
 */
export function readFailure(failure: unknown, status: unknown): GatehouseUnavailable | null {
  const known = toUnavailable(failure)
  if (known !== null || !isObject(failure) || failure.name === 'AbortError') return known
  if (typeof status === 'number') return new GatehouseUnavailable('NOT_GRAPHQL', { status, cause: failure })
  return failure instanceof TypeError ? new GatehouseUnavailable('NETWORK', { cause: failure }) : null
}

/** What kept the service from deciding anything; null as soon as a part of the answer has come. */
export function readUndecided(data: unknown, failure: unknown): GatehouseUnavailable | null {
  const parts = Object.values(isObject(data) ? data : {})
  return parts.every((part) => part === null) ? toUnavailable(failure) : null
}
