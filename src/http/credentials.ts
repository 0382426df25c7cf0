import type { Credentials } from '../flows/credentials.ts'
import { accessCookieName, type CookieName, type RequestCookies, refreshCookieName } from './cookies.ts'

/** What the request brings to say who it is. A present Authorization header means that cookies are ignored. */
export function readCredentials(request: Request, cookies: RequestCookies): Credentials {
  const authorization = request.headers.get('authorization')
  const csrfToken = request.headers.get('x-csrf-token')
  if (authorization !== null) return { authorization, accessCookie: null, refreshCookie: null, csrfToken }
  return {
    authorization,
    accessCookie: read(cookies, accessCookieName),
    refreshCookie: read(cookies, refreshCookieName),
    csrfToken,
  }
}

/** A cookie that came and cannot be used is a credential that is not valid, not the lack of one. */
function read(cookies: RequestCookies, name: CookieName): string | null {
  return cookies.has(name) ? (cookies.get(name) ?? '') : null
}
