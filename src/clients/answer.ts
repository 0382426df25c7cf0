import { isObject, list } from './unavailable.ts'

/** What a GraphQL server answers. */
export interface Answer<Data = unknown> {
  readonly data?: Data | null
  readonly errors?: readonly AnswerError[]
}

/** A top-level error. */
export interface AnswerError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** What of a session a page keeps in memory; with COOKIE there is no token in it. */
export interface Tokens {
  readonly accessToken: string | null
  readonly refreshToken: string | null
  readonly csrfToken: string | null
  /** From when on the access token is replaced before it is used, by this device's clock; in ms. */
  readonly refreshAt: number
  /** When it expires, likewise; Infinity when that is not known. */
  readonly expiresAt: number
  /** Tells sessions apart: no secret. */
  readonly session: string
}

/** Why the service did not let a call through, as far as a client can do something about it. */
export type Refusal = (typeof refusals)[number]

const refusals = ['TOKEN_EXPIRED', 'TOKEN_REVOKED', 'TOKEN_INVALID', 'CSRF'] as const

/** The refusal among the top-level errors; null when there is none that a client can mend. */
export function refusalOf(errors: unknown): Refusal | null {
  for (const error of list(errors)) {
    const reason = isObject(error) && isObject(error.extensions) ? error.extensions.reason : null
    const refusal = refusals.find((name) => name === reason)
    if (refusal !== undefined) return refusal
  }
  return null
}

/**
 * The tokens in the answer of a mutation, whatever its alias; null when there are none. They go on with the session of
 * those before, unless somebody has signed in.
 */
export function tokensIn(
  data: unknown,
  before: Tokens | null,
  signedIn: boolean,
  now: number,
): Tokens | null {
  const written = valuesOf(data).find(({ tokens }) => isObject(tokens))?.tokens
  if (!isObject(written)) return null
  const csrfToken = text(written.csrfToken)
  const lifetime = typeof written.expiresIn === 'number' ? written.expiresIn * 1000 : Infinity
  const mine = signedIn ? null : before
  return {
    accessToken: text(written.accessToken),
    refreshToken: text(written.refreshToken),
    csrfToken: csrfToken ?? mine?.csrfToken ?? null,
    refreshAt: now + lifetime - Math.min(30_000, lifetime / 3),
    expiresAt: now + lifetime,
    session: csrfToken === null ? (mine?.session ?? Math.random().toString(36)) : sessionOf(csrfToken),
  }
}

/** The session that an x-csrf-token belongs to: what stands before its signature. */
export function sessionOf(csrfToken: string): string {
  return csrfToken.split('.', 1)[0] ?? ''
}

/** The deviceToken of LoginSuccess or RegisterSuccess. */
export function deviceTokenIn(data: unknown): string | null {
  return text(valuesOf(data).find(({ deviceToken }) => deviceToken)?.deviceToken)
}

/** Whether one of the results has the type. Answers without `__typename` have none. */
export function hasType(data: unknown, name: string): boolean {
  return valuesOf(data).some(({ __typename }) => __typename === name)
}

function valuesOf(data: unknown): readonly Readonly<Record<string, unknown>>[] {
  return isObject(data) ? Object.values(data).filter(isObject) : []
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
