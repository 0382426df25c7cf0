import type { Answer } from './answer.ts'
import { GatehouseUnavailable, isObject, toUnavailable } from './unavailable.ts'

/** A GraphQL request to be posted. */
export interface Post {
  readonly query: string
  readonly variables: object
  readonly headers: Readonly<Record<string, string>>
  readonly credentials: RequestCredentials
  readonly signal?: AbortSignal | undefined
}

/**
 * Posts a GraphQL request.
 * @throws GatehouseUnavailable for a cut connection, for what is no GraphQL answer, and for 429 and 503; what `fetch`
 * throws when the caller's signal aborts.
 */
export async function post<Data>(url: string, send: typeof fetch, request: Post): Promise<Answer<Data>> {
  const { query, variables, headers, credentials, signal } = request
  const init: RequestInit = {
    method: 'POST',
    credentials,
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  }
  if (signal) init.signal = signal
  let response: Response
  let text: string
  try {
    response = await send(url, init)
    text = await response.text()
  } catch (cause) {
    if (isObject(cause) && cause.name === 'AbortError') throw cause
    throw new GatehouseUnavailable('NETWORK', { cause })
  }
  return read(response, text)
}

function read<Data>({ status, headers }: Response, text: string): Answer<Data> {
  const answer = parse<Data>(text)
  const unavailable = status === 429 || status === 503 ? toUnavailable(answer) : null
  if (answer !== null && unavailable === null) return answer
  const { reason, retryAfterSeconds } = unavailable ?? new GatehouseUnavailable('NOT_GRAPHQL')
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  throw new GatehouseUnavailable(reason, {
    status,
    retryAfterSeconds: retryAfterSeconds ?? (Number.isFinite(seconds) ? seconds : null),
    cause: unavailable,
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
