import {
  accessCookie,
  ask,
  type BrowserHeaders,
  csrfTokenOf,
  expired,
  GatehouseUnavailable,
  refreshCookie,
  type SetCookie,
} from './service.ts'

/** After these results the session is over. */
const endings = ['InvalidRefreshTokenProblem', 'RefreshTokenReusedProblem', 'DeviceMismatchProblem']

/**
 * Exchanges the refresh cookie and returns the cookies that the browser must receive. Call it only where a response can set
 * cookies: in proxy.ts, a route handler or an action. While a page renders, the new refresh token would be lost, and the next
 * use of the old one would end the session. Two tabs may refresh at once: within REFRESH_GRACE_SECONDS both receive the same
 * tokens. @throws GatehouseUnavailable The session is kept.
 */
export async function refresh(browser: BrowserHeaders): Promise<readonly SetCookie[]> {
  const csrfToken = await csrfTokenOf(browser)
  if (csrfToken === null) return ended
  const { data, cookies } = await ask(browser, 'mutation { refresh { __typename } }', {}, csrfToken)
  const result = data?.refresh?.__typename
  if (result === 'RefreshSuccess') return cookies
  if (endings.includes(result)) return ended
  throw new GatehouseUnavailable(`refresh returned ${result ?? 'an error'}.`)
}

const ended = [accessCookie, refreshCookie].map((name) => expired({ name }))
