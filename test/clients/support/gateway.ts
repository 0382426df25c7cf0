import {
  type AuthClientOptions,
  createAuthClient,
  type SignedOutReason,
} from '../../../src/clients/client.ts'

interface GatewayRequest {
  readonly query: string
  readonly signal: AbortSignal | null
  /** The number of requests so far, including this one. */
  readonly count: number
}

/** A page with BODY behind a gateway that composes other subgraphs too. The test provides the responses. */
export function openBehindGateway(
  answer: (request: GatewayRequest) => Response | Promise<Response>,
  options: Partial<AuthClientOptions> = {},
) {
  const signedOut: SignedOutReason[] = []
  let count = 0
  const auth = createAuthClient({
    url: 'https://gateway.example.com/graphql',
    transport: 'BODY',
    locks: null,
    fetch: async (_url, init) => {
      count += 1
      const { query } = JSON.parse(String(init?.body))
      return answer({ query, signal: init?.signal ?? null, count })
    },
    onSignedOut: (reason) => signedOut.push(reason),
    ...options,
  })
  return { auth, signedOut }
}

const tokens = { accessToken: 'A', refreshToken: 'R', expiresIn: 900, csrfToken: null }

export const loggedIn = () =>
  Response.json({ data: { login: { __typename: 'LoginSuccess', deviceToken: 'ghd_1', tokens } } })
export const refreshed = () =>
  Response.json({
    data: { refresh: { __typename: 'RefreshSuccess', tokens: { ...tokens, accessToken: 'B' } } },
  })
/** An event stream with one result. */
export const eventStream = (answer: object) =>
  new Response(`event: next\ndata: ${JSON.stringify(answer)}\n\nevent: complete\ndata:\n\n`, {
    headers: { 'content-type': 'text/event-stream' },
  })
