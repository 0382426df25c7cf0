import type { Credentials } from '../../flows/steps/credentials.ts'
import {
  accessCookieName,
  type CookieName,
  deviceCookieName,
  type RequestCookies,
  refreshCookieName,
} from './cookies.ts'

/**
 * What the request brings to say who it is. A present Authorization header or API key says who asks, whatever cookies come along;
 * the refresh cookie is still there to be refreshed or signed out with: a HYBRID client's old token must not hide it.
 */
export function readCredentials(request: Request, cookies: RequestCookies): Credentials {
  const authorization = request.headers.get('authorization')
  const apiKey = request.headers.get('x-api-key')
  const cookiesCount = authorization === null && apiKey === null
  const csrfToken = request.headers.get('x-csrf-token')
  return {
    authorization,
    apiKey,
    accessCookie: cookiesCount ? read(cookies, accessCookieName) : null,
    refreshCookie: read(cookies, refreshCookieName),
    deviceCookie: cookies.get(deviceCookieName),
    csrfToken,
  }
}

/** A cookie that came and cannot be used is a credential that is not valid, not the lack of one. */
function read(cookies: RequestCookies, name: CookieName): string | null {
  return cookies.has(name) ? (cookies.get(name) ?? '') : null
}
