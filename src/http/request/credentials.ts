import type { Credentials } from '../../flows/steps/access/credentials.ts'
import {
  accessCookieName,
  type CookieName,
  challengeCookieName,
  deviceCookieName,
  type RequestCookies,
  refreshCookieName,
  rememberedCookieName,
} from './cookies.ts'

/**
 * The credentials of a request. If an Authorization header or an API key is present, the access cookie is ignored. The
 * refresh cookie is still read, for refresh and logout: the expired token of a HYBRID client must not hide it.
 */
export function readCredentials(request: Request, cookies: RequestCookies): Credentials {
  const authorization = request.headers.get('authorization')
  const apiKey = request.headers.get('x-api-key')
  const acceptsCookie = authorization === null && apiKey === null
  const csrfToken = request.headers.get('x-csrf-token')
  return {
    authorization,
    apiKey,
    accessCookie: acceptsCookie ? read(cookies, accessCookieName) : null,
    refreshCookie: read(cookies, refreshCookieName),
    deviceCookie: cookies.get(deviceCookieName),
    challengeCookie: cookies.get(challengeCookieName),
    rememberedCookie: cookies.get(rememberedCookieName),
    csrfToken,
  }
}

/** A malformed cookie is an invalid credential, not a missing one. */
function read(cookies: RequestCookies, name: CookieName): string | null {
  return cookies.has(name) ? (cookies.get(name) ?? '') : null
}
