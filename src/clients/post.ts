import type { Answer } from './answer.ts'
import type { Transport } from './options.ts'
import { GatehouseUnavailable, isObject, toUnavailable } from './unavailable.ts'

/** A GraphQL request to be posted. */
export interface Post {
  readonly query: string
  readonly variables: object
  readonly headers: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/** Where requests go, and whether the browser adds cookies to them. */
export interface Endpoint {
  readonly url: string
  readonly transport: Transport
  readonly fetch?: typeof fetch
}

/** Whether cookies travel: with BODY none are wanted, and none shall matter. */
export function credentialsOf({ transport }: Endpoint): RequestCredentials {
  return transport === 'BODY' ? 'omit' : 'include'
}

/**
 * Posts a GraphQL request.
 * @throws GatehouseUnavailable for a cut connection, for what is no GraphQL answer, and for 429 and 503; what `fetch`
 * throws when the caller's signal aborts.
 */
export async function post<Data>(endpoint: Endpoint, request: Post): Promise<Answer<Data>> {
  const { query, variables, headers, signal = null } = request
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
    signal,
  }
  let response: Response
  let text: string
  try {
    response = await send(endpoint.url, init)
    text = await response.text()
  } catch (cause) {
    if (isObject(cause) && cause.name === 'AbortError') throw cause
    throw new GatehouseUnavailable('NETWORK', { cause })
  }
  return read(response, text)
}

function read<Data>({ status, headers }: Response, text: string): Answer<Data> {
  const answer = parse<Data>(text)
  if (answer !== null && status !== 429 && status !== 503) return answer
  const told = toUnavailable(answer)
  throw new GatehouseUnavailable(told?.reason ?? 'NOT_GRAPHQL', {
    status,
    retryAfterSeconds: told?.retryAfterSeconds ?? (Number(headers.get('retry-after')) || null),
    cause: answer,
  })
}

function parse<Data>(text: string): Answer<Data> | null {
  try {
    const value: unknown = JSON.parse(text)
    return isAnswer<Data>(value) ? value : null
  } catch {
    return null
  }
}

/** What `data` holds is the caller's word: it has chosen the type for its document. */
function isAnswer<Data>(value: unknown): value is Answer<Data> {
  return isObject(value) && ('data' in value || Array.isArray(value.errors))
}
