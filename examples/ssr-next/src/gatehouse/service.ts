import { NextResponse } from 'next/server'

/** The GraphQL endpoint of Gatehouse, as this server reaches it. */
export const gatehouseUrl = process.env.GATEHOUSE_URL ?? 'http://localhost:4000/graphql'
const timeoutMs = 5_000

/**
 * Headers of the browser that Gatehouse requires: a session belongs to a device, and limits count addresses. `origin` and
 * `sec-fetch-site` are not among them. They protect this application: Next.js compares Origin and Host of each action.
 */
const forwarded = ['accept-language', 'user-agent', 'x-forwarded-for']

export const accessCookie = '__Host-gatehouse-access'
export const refreshCookie = '__Host-gatehouse-refresh'

/** The headers of the browser's request. */
export type BrowserHeaders = Pick<Headers, 'get'>

/** A cookie that Gatehouse sets. */
export type SetCookie = ReturnType<NextResponse['cookies']['getAll']>[number]

export interface Reply {
  // biome-ignore lint/suspicious/noExplicitAny: each caller knows what it has selected
  readonly data: any
  readonly errors: readonly { readonly extensions?: { readonly code?: string } }[]
  /** Pass them on to the browser. */
  readonly cookies: readonly SetCookie[]
}

/** No answer: say so, keep the session, and let the user try again. */
export class GatehouseUnavailable extends Error {}

/** Sends an operation with the session of the browser. @throws GatehouseUnavailable */
export async function ask(
  browser: BrowserHeaders,
  query: string,
  variables = {},
  csrfToken: string | null = null,
): Promise<Reply> {
  const headers = new Headers({ 'content-type': 'application/json', cookie: ownCookies(browser) })
  for (const name of forwarded) headers.set(name, browser.get(name) ?? '')
  if (csrfToken !== null) headers.set('x-csrf-token', csrfToken)
  try {
    const response = await fetch(gatehouseUrl, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
      cache: 'no-store',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const { data = null, errors = [] } = await response.json()
    if (data === null && response.status >= 429) throw new Error(`HTTP ${response.status}`)
    return { data, errors, cookies: cookiesOf(response) }
  } catch (cause) {
    throw new GatehouseUnavailable('Gatehouse did not answer.', { cause })
  }
}

/** Sends a mutation. With cookies it also requires the token that proves that a page of this site sent it. */
export async function mutate(browser: BrowserHeaders, query: string, variables = {}): Promise<Reply> {
  return ask(browser, query, variables, await csrfTokenOf(browser))
}

/** Null without a session. */
export async function csrfTokenOf(browser: BrowserHeaders): Promise<string | null> {
  const { data, errors } = await ask(browser, '{ csrfToken }')
  if (errors.length > 0) throw new GatehouseUnavailable('Gatehouse has no token for this session.')
  return data.csrfToken
}

/** The cookies of Gatehouse. It does not need those of the application. */
function ownCookies(browser: BrowserHeaders): string {
  const pairs = (browser.get('cookie') ?? '').split(/; */)
  return pairs.filter((pair) => pair.startsWith('__Host-gatehouse-')).join('; ')
}

function cookiesOf(response: Response): readonly SetCookie[] {
  const headers = new Headers()
  for (const line of response.headers.getSetCookie()) headers.append('set-cookie', line)
  const { cookies } = new NextResponse(null, { headers })
  return cookies.getAll().map((cookie) => (cookie.value ? cookie : expired(cookie)))
}

/** Next.js drops an empty value and a Max-Age of 0 when it reads the header. */
export function expired(cookie: Pick<SetCookie, 'name'>): SetCookie {
  return { secure: true, httpOnly: true, path: '/', ...cookie, value: '', expires: new Date(0) }
}
