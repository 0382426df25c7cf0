import type { Answer } from './answer.ts'
import type { Transport } from './options.ts'
import { GatehouseUnavailable, isObject, unavailableIn } from './unavailable.ts'

/** A GraphQL request to be posted. */
export interface Post {
  readonly query: string
  readonly variables: object
  readonly headers: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  /** Instead of a signal: so long an answer is waited for. */
  readonly timeoutMs?: number
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
  const { query, variables, headers, signal = null, timeoutMs } = request
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
    signal: timeoutMs ? AbortSignal.timeout(timeoutMs) : signal,
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
  const { status, headers: answered } = response
  const answer = parse(text)
  if (isAnswer<Data>(answer) && ![429, 503].includes(status)) return answer
  const told = unavailableIn(answer)
  throw new GatehouseUnavailable(told?.reason ?? 'NOT_GRAPHQL', {
    status,
    retryAfterSeconds: told?.retryAfterSeconds ?? (Number(answered.get('retry-after')) || null),
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

/** What `data` holds is the caller's word: it has chosen the type for its document. */
function isAnswer<Data>(value: unknown): value is Answer<Data> {
  return isObject(value) && ('data' in value || 'errors' in value)
}
