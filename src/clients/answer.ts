import { get, isObject, toArray, toText } from './json.ts'
import type { DeviceTokenStorage } from './options.ts'

/** The response of a GraphQL server. */
export interface Answer<Data = unknown> {
  readonly data?: Data | null
  readonly errors?: readonly AnswerError[]
}

/** A top-level error of a response. */
export interface AnswerError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** The part of a session that a page keeps in memory. With COOKIE it contains no access or refresh token. */
export interface Tokens {
  readonly accessToken: string | null
  readonly refreshToken: string | null
  readonly csrfToken: string | null
  /** From this time on, the access token is refreshed before it is used. Milliseconds by the device's clock. */
  readonly refreshAt: number
  /** Expiry of the access token, in the same unit; Infinity if unknown. */
  readonly expiresAt: number
  /** Identifies the session. Not a secret. */
  readonly session: string
}

/** Why the service refused a call, for reasons that a client can act on. */
export type Refusal = (typeof refusals)[number]

const refusals = ['TOKEN_EXPIRED', 'TOKEN_REVOKED', 'TOKEN_INVALID', 'TOKEN_MISSING', 'CSRF'] as const

/**
 * The refusal among the top-level errors; null if there is none that a client can act on. `me` without any credential is
 * null and reports no error; that is returned as TOKEN_MISSING, for a client that expected to be signed in.
 */
export function refusalOf({ data, errors }: { readonly data?: unknown; readonly errors?: unknown }) {
  const reasons = toArray(errors).map((error) => get(error, 'extensions', 'reason'))
  const refusal = refusals.find((name) => reasons.includes(name))
  return refusal ?? (!errors && get(data, 'me') === null ? 'TOKEN_MISSING' : null)
}

/** Whether no root field has a result. Then nothing was done, so the operation can be repeated. */
export function isEmpty(data: unknown): boolean {
  return Object.entries(Object(data)).every(([name, part]) => part === null || name === '__typename')
}

/**
 * The tokens in the result of a mutation, whatever its alias; null if there are none. They continue the session of the
 * previous tokens, unless the mutation signed in.
 */
export function tokensIn(
  data: unknown,
  before: Tokens | null,
  signedIn: boolean,
  now: number,
): Tokens | null {
  const raw = fieldOfResults(data, 'tokens').find(isOurTokens)
  if (raw === undefined) return null
  const csrfToken = toText(raw.csrfToken)
  const lifetimeMs = Number(raw.expiresIn ?? Infinity) * 1000
  const previous = signedIn ? null : before
  return {
    accessToken: toText(raw.accessToken),
    refreshToken: toText(raw.refreshToken),
    csrfToken: csrfToken ?? previous?.csrfToken ?? null,
    refreshAt: now + lifetimeMs - Math.min(30_000, lifetimeMs / 3),
    expiresAt: now + lifetimeMs,
    session: csrfToken === null ? (previous?.session ?? `${Math.random()}`) : sessionOf(csrfToken),
  }
}

/** Excludes fields named `tokens` of other subgraphs. */
function isOurTokens(tokens: unknown): tokens is Readonly<Record<string, unknown>> {
  return isObject(tokens) && ('accessToken' in tokens || 'csrfToken' in tokens)
}

/** The session that an x-csrf-token belongs to: the part before its signature. */
export function sessionOf(csrfToken: string): string {
  return csrfToken.replace(/\..*/, '')
}

/** Stores the token of the device in a field of the results, if there is one. Those of other subgraphs have another prefix. */
export async function storeToken(
  data: unknown,
  field: string,
  storage: DeviceTokenStorage | undefined,
): Promise<void> {
  const token = /gh[dm]_[\w-]+/.exec(fieldOfResults(data, field).join())?.[0]
  if (token) await storage?.write(token)
}

/** The type names of the results, joined into one string. Results without `__typename` have none. */
export function typesIn(data: unknown): string {
  return fieldOfResults(data, '__typename').join()
}

/** The values of one field in all results. */
function fieldOfResults(data: unknown, name: string): readonly unknown[] {
  return Object.values(Object(data)).map((result) => get(result, name))
}
