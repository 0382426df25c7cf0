import { get, toArray } from './json.ts'

/** The cause: no connection, a response that is not GraphQL, an outage of the service, or too many requests. */
export type UnavailableReason = 'NETWORK' | 'NOT_GRAPHQL' | 'UNAVAILABLE' | 'RATE_LIMITED'

/** Further details of the failure. */
export interface UnavailableDetails {
  /** The HTTP status; null if no response came. */
  readonly status?: number | null
  /** Seconds until a retry can succeed; null if unknown. */
  readonly retryAfterSeconds?: number | null
  readonly cause?: unknown
}

/** The service could not be reached, or did not process the request. Nothing was decided: the session is kept. */
export class GatehouseUnavailable extends Error {
  override readonly name = 'GatehouseUnavailable'
  readonly reason: UnavailableReason
  readonly status: number | null
  readonly retryAfterSeconds: number | null

  constructor(
    reason: UnavailableReason,
    { status = null, retryAfterSeconds = null, cause }: UnavailableDetails = {},
  ) {
    super(reason, { cause })
    this.reason = reason
    this.status = status
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The GatehouseUnavailable behind a response with `errors` or behind a problem in it; null if it is another failure. */
export function findUnavailable(answer: unknown, problem?: unknown): GatehouseUnavailable | null {
  for (const found of [answer, problem, ...toArray(get(answer, 'errors'))]) {
    if (found instanceof GatehouseUnavailable) return found
    const { code, retryAfterSeconds } = Object(get(found, 'extensions') ?? found)
    if (code === 'UNAVAILABLE' || code === 'RATE_LIMITED')
      return new GatehouseUnavailable(code, {
        retryAfterSeconds: Number(retryAfterSeconds) || null,
        cause: found,
      })
  }
  return null
}

/** Like `findUnavailable`, for callers that have to throw: anything else becomes NOT_GRAPHQL. */
export function unavailableFrom(answer: unknown, problem?: unknown): GatehouseUnavailable {
  return findUnavailable(answer, problem) ?? new GatehouseUnavailable('NOT_GRAPHQL', { cause: answer })
}
