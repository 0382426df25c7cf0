/** Why nothing was decided: the connection, an answer of something else, the service itself, or too many calls. */
export type UnavailableReason = 'NETWORK' | 'NOT_GRAPHQL' | 'UNAVAILABLE' | 'RATE_LIMITED'

/** What else is known of the failure. */
export interface UnavailableDetails {
  /** The HTTP status; null when no answer came. */
  readonly status?: number | null
  /** Seconds until a repeat can succeed; null when nobody said. */
  readonly retryAfterSeconds?: number | null
  readonly cause?: unknown
}

/** The service could not be asked, or would not answer now. Nothing was decided: the session is kept. */
export class GatehouseUnavailable extends Error {
  override readonly name = 'GatehouseUnavailable'
  readonly reason: UnavailableReason
  readonly status: number | null
  readonly retryAfterSeconds: number | null

  constructor(reason: UnavailableReason, details: UnavailableDetails = {}) {
    const { status = null, retryAfterSeconds = null, cause } = details
    super(reason, { cause })
    this.reason = reason
    this.status = status
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The failure behind an answer with `errors`, or behind the problem in it; null when it is another. */
export function unavailableIn(answer: unknown, problem?: unknown): GatehouseUnavailable | null {
  for (const found of [answer, problem, ...list(get(answer, 'errors'))]) {
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

/** The same for whoever has to throw something: whatever else has answered was none of GraphQL's. */
export function unavailableOf(answer: unknown, problem?: unknown): GatehouseUnavailable {
  return unavailableIn(answer, problem) ?? new GatehouseUnavailable('NOT_GRAPHQL', { cause: answer })
}

/** An array as it is, everything else as an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.from(Object(value))
}

/** Whether something has fields that may be looked at. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** What lies behind the names, one in the other; undefined where there is nothing. */
export function get(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((found, name) => (isObject(found) ? found[name] : undefined), value)
}
