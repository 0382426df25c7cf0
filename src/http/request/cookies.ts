import type { SameSite } from '../../config/themes/service/cookies.ts'
import { daySeconds } from '../../lib/time/duration.ts'

export const accessCookieName = '__Host-gatehouse-access'
export const refreshCookieName = '__Host-gatehouse-refresh'
/** Marks a device as known. Kept at logout, because it protects the account's owner from lock-out. */
export const deviceCookieName = '__Host-gatehouse-device'
/** Binds a sign-in that waits for its second step to the browser that began it. */
export const challengeCookieName = '__Host-gatehouse-challenge'
/** Skips the second step on a device. It authenticates no one, and outlives the session. */
export const rememberedCookieName = '__Host-gatehouse-remembered'

const cookieNames = [
  accessCookieName,
  refreshCookieName,
  deviceCookieName,
  challengeCookieName,
  rememberedCookieName,
] as const
export type CookieName = (typeof cookieNames)[number]

/** Browsers keep a cookie for at most 400 days (RFC 6265bis, 5.5). */
export const maxCookieSeconds = 400 * daySeconds
/** cookie-octet of RFC 6265, 4.1.1. */
const cookieValue = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,4096}$/

/** The cookies of this service that a request carries; others are ignored. */
export interface RequestCookies {
  /** The value. Null if it is absent, empty or malformed; always null if the cookies are refused. */
  get(name: CookieName): string | null
  /** Whether the request carries a non-empty value by that name, even a malformed one. */
  has(name: CookieName): boolean
  /** A name was sent twice. Another host may have set one of the values, so none is accepted (RFC 6265bis, 5.7). */
  readonly refused: boolean
  /** Whether the request carries any of the cookies, even a malformed one. */
  readonly present: boolean
}

const names: ReadonlyMap<string, CookieName> = new Map(cookieNames.map((name) => [name, name]))
const noCookies: RequestCookies = {
  get: () => null,
  has: () => false,
  refused: false,
  present: false,
}

/** Reads the Cookie header of a request. Never throws. The only cookie parser of the project. */
export function readCookies(request: Request): RequestCookies {
  const header = request.headers.get('cookie')
  return header === null ? noCookies : parseCookies(header)
}

function parseCookies(header: string): RequestCookies {
  const values = new Map<CookieName, string | null>()
  const sent = new Set<CookieName>()
  let refused = false
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    const name = names.get((equals === -1 ? pair : pair.slice(0, equals)).trim())
    if (name === undefined) continue
    if (values.has(name)) refused = true
    const value = equals === -1 ? '' : pair.slice(equals + 1).trim()
    if (value !== '') sent.add(name)
    values.set(name, cookieValue.test(value) ? value : null)
  }
  return {
    get: (name) => (refused ? null : (values.get(name) ?? null)),
    has: (name) => sent.has(name),
    refused,
    present: values.size > 0,
  }
}

/** The cookies that the response to one request sets; the last value of a name wins. */
export class ResponseCookies {
  readonly #attributes: string
  readonly #lines = new Map<CookieName, string>()

  constructor(deps: { sameSite: SameSite }) {
    const sameSite = { strict: 'Strict', lax: 'Lax', none: 'None' }[deps.sameSite]
    this.#attributes = `Path=/; Secure; HttpOnly; SameSite=${sameSite}`
  }

  /** Sets a host-only cookie for at most 400 days. @throws if the value contains a forbidden character. */
  set(name: CookieName, value: string, options: { maxAgeSeconds: number }): void {
    if (!cookieValue.test(value))
      throw new Error(`The value of the cookie ${name} contains a forbidden character.`)
    const seconds = Math.max(0, Math.min(Math.floor(options.maxAgeSeconds), maxCookieSeconds))
    this.#lines.set(name, `${name}=${value}; Max-Age=${seconds}; ${this.#attributes}`)
  }

  /** Makes the browser delete the cookie. */
  expire(name: CookieName): void {
    this.#lines.set(name, `${name}=; Max-Age=0; ${this.#attributes}`)
  }

  /** The Set-Cookie lines, one per name. */
  lines(): readonly string[] {
    return [...this.#lines.values()]
  }
}
