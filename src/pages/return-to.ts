/** Longer addresses are refused. */
const maxLength = 2000

/**
 * The address that the page leads to after the sign-in, if its origin is one of those that are allowed; null otherwise.
 * Origins are compared as the browser parses them (WHATWG URL), never as text. Forms that programs read differently are
 * refused even if they would lead to an allowed origin.
 */
export function readReturnTo(text: string | null, page: string, allowed: readonly string[]): URL | null {
  if (text === null || text.length > maxLength || ambiguous.test(text)) return null
  const isAbsolute = /^https?:\/\/[^/]/i.test(text)
  const isPath = /^\/(?!\/)/.test(text)
  if ((!isAbsolute && !isPath) || !URL.canParse(text, page)) return null
  const url = new URL(text, page)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null
  if (url.username !== '' || url.password !== '' || /^\/(\/|%2f)/i.test(url.pathname)) return null
  const origins = isPath ? [...allowed, new URL(page).origin] : allowed
  return origins.includes(url.origin) ? url : null
}

/** White space, control characters and backslashes, as they are and encoded, and credentials before the host. */
const ambiguous = /[\s\p{C}\\]|%(0[0-9a-f]|1[0-9a-f]|5c|7f)|^https?:\/\/[^/?#]*@/iu
