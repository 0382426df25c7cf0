import {
  type AuthClientOptions,
  createAuthClient,
  type SignedOutReason,
} from '../../../src/clients/client.ts'

interface Asked {
  readonly query: string
  readonly signal: AbortSignal | null
  /** How many requests there have been, this one included. */
  readonly count: number
}

/** A page with BODY in front of a gateway that composes more than Gatehouse, and answers as the test says. */
export function openBehindGateway(
  answer: (asked: Asked) => Response | Promise<Response>,
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
/** One event stream with one answer. */
export const eventStream = (answer: object) =>
  new Response(`event: next\ndata: ${JSON.stringify(answer)}\n\nevent: complete\ndata:\n\n`, {
    headers: { 'content-type': 'text/event-stream' },
  })
