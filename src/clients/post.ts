import type { Answer } from './answer.ts'
import { isObject } from './json.ts'
import type { Transport } from './options.ts'
import { findUnavailable, GatehouseUnavailable } from './unavailable.ts'

/** A GraphQL request. */
export interface Post {
  readonly query: string
  readonly variables: object
  readonly headers: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  /** Maximum time to wait for the response if there is no signal. Defaults to `requestTimeoutMs`. */
  readonly timeoutMs?: number
}

/** Where requests are sent, and whether the browser adds cookies to them. */
export interface Endpoint {
  readonly url: string
  readonly transport: Transport
  readonly fetch?: typeof fetch
  readonly requestTimeoutMs?: number
}

/** Longer than any operation of the service takes. */
const defaultTimeoutMs = 30_000

/** Whether cookies are sent. With BODY they are omitted, so that a cookie of another transport has no effect. */
export function credentialsOf({ transport }: Endpoint): RequestCredentials {
  return transport === 'BODY' ? 'omit' : 'include'
}

/**
 * Posts a GraphQL request.
 * @throws GatehouseUnavailable for a failed connection, a response that is not GraphQL, 429 and 503; the error of `fetch`
 * if the caller's signal aborts.
 */
export async function post<Data>(
  endpoint: Endpoint,
  { query, variables, headers, signal, timeoutMs = endpoint.requestTimeoutMs ?? defaultTimeoutMs }: Post,
): Promise<Answer<Data>> {
  const send = endpoint.fetch ?? fetch
  const init: RequestInit = {
    method: 'POST',
    credentials: credentialsOf(endpoint),
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
    signal: signal ?? AbortSignal.timeout(timeoutMs),
  }
  let response: Response
  let text: string
  try {
    response = await send(endpoint.url, init)
    text = await response.text()
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new GatehouseUnavailable('NETWORK', { cause })
  }
  const { status } = response
  const answer = parse(text)
  if (isAnswer<Data>(answer) && ![429, 503].includes(status)) return answer
  const reported = findUnavailable(answer)
  throw new GatehouseUnavailable(reported?.reason ?? 'NOT_GRAPHQL', {
    status,
    retryAfterSeconds: reported?.retryAfterSeconds ?? (Number(response.headers.get('retry-after')) || null),
    cause: answer,
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The type of `data` is not checked: the caller chooses it for its document. */
function isAnswer<Data>(value: unknown): value is Answer<Data> {
  return isObject(value) && ('data' in value || 'errors' in value)
}
