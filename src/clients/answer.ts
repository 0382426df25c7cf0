import { get, isObject, list } from './unavailable.ts'

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

const refusals = ['TOKEN_EXPIRED', 'TOKEN_REVOKED', 'TOKEN_INVALID', 'TOKEN_MISSING', 'CSRF'] as const

/**
 * The refusal among the top-level errors; null when there is none that a client can mend. Without any credential `me`
 * is null and no error: TOKEN_MISSING, for whoever thought that he had one.
 */
export function refusalOf({ data, errors }: { readonly data?: unknown; readonly errors?: unknown }) {
  const reasons = list(errors).map((error) => get(error, 'extensions', 'reason'))
  const refusal = refusals.find((name) => reasons.includes(name))
  return refusal ?? (!errors && get(data, 'me') === null ? 'TOKEN_MISSING' : null)
}

/** Whether no root field has an answer: nothing was done then, and nothing is done twice by asking again. */
export function isEmpty(data: unknown): boolean {
  return Object.entries(Object(data)).every(([name, part]) => part === null || name === '__typename')
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
  const written = each(data, 'tokens').find(areOurs)
  if (written === undefined) return null
  const csrfToken = text(written.csrfToken)
  const lifetime = Number(written.expiresIn ?? Infinity) * 1000
  const mine = signedIn ? null : before
  return {
    accessToken: text(written.accessToken),
    refreshToken: text(written.refreshToken),
    csrfToken: csrfToken ?? mine?.csrfToken ?? null,
    refreshAt: now + lifetime - Math.min(30_000, lifetime / 3),
    expiresAt: now + lifetime,
    session: csrfToken === null ? (mine?.session ?? `${Math.random()}`) : sessionOf(csrfToken),
  }
}

/** What other subgraphs call tokens is none of ours. */
function areOurs(tokens: unknown): tokens is Readonly<Record<string, unknown>> {
  return isObject(tokens) && ('accessToken' in tokens || 'csrfToken' in tokens)
}

/** The session that an x-csrf-token belongs to: what stands before its signature. */
export function sessionOf(csrfToken: string): string {
  return csrfToken.replace(/\..*/, '')
}

/** A deviceToken among the results, if there is one; those of other subgraphs begin in another way. */
export function deviceTokenIn(data: unknown): string {
  return /ghd_[\w-]+/.exec(each(data, 'deviceToken').join())?.[0] ?? ''
}

/** Names of the types of the results, in one text. Answers without `__typename` have none. */
export function typesIn(data: unknown): string {
  return each(data, '__typename').join()
}

/** One field of all the results. */
function each(data: unknown, name: string): readonly unknown[] {
  return Object.values(Object(data)).map((result) => get(result, name))
}

/** A text as it is, everything else as null. */
export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
