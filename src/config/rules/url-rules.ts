import type { Rule } from './rule.ts'

const originPattern = /^https?:\/\/[^/?#@\\*,\s]+$/i
const placeholder = '{token}'

/** A base URL: an origin, with or without a trailing slash. */
export const baseUrl: Rule<URL> = {
  expected: 'an http or https URL without path, query, fragment and credentials',
  parse: (text) => parseOrigin(text.endsWith('/') ? text.slice(0, -1) : text),
}

/** An origin as browsers send it (RFC 6454 section 6.2): lower case, without the default port of the scheme. */
export const origin: Rule<string> = {
  expected: 'an exact origin (scheme://host or scheme://host:port, without path, wildcard or pattern)',
  parse: (text) => parseOrigin(text)?.origin ?? null,
}

/** A URL with one of these schemes. The value is the text itself. */
export function urlOf(...schemes: readonly string[]): Rule<string> {
  return {
    expected: `a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    parse: (text) => {
      if (!schemes.some((scheme) => text.startsWith(`${scheme}://`))) return null
      return URL.canParse(text) && !/\s/.test(text) ? text : null
    },
  }
}

/** The URL of an application. It can have a path. */
export const pageUrl: Rule<URL> = {
  expected: 'an http or https URL without query, fragment and credentials',
  parse: (text) => {
    const url = parsePage(text)
    return url === null || text.includes('?') || text.includes('#') ? null : url
  },
}

/** The URL of a page with one `{token}` after the host. The value is the text itself. */
export const linkTemplate: Rule<string> = {
  expected: 'an http or https URL with {token} once, in path, query or fragment, without credentials',
  parse: (text) => {
    const [before, after, ...more] = text.split(placeholder)
    if (before === undefined || after === undefined || more.length > 0) return null
    const [one, other] = [parsePage(`${before}a${after}`), parsePage(`${before}bb${after}`)]
    return one !== null && one.origin === other?.origin ? text : null
  },
}

/** Whether only this machine can reach the host of a URL. */
export function isLoopback(url: URL): boolean {
  return /^(localhost|.+\.localhost|127\.[0-9.]+|\[::1\])$/.test(url.hostname)
}

/** Whether only this machine can reach an IP address or a host name. IPv6 addresses have no brackets. */
export function isLoopbackHost(host: string): boolean {
  return isLoopback(new URL(`http://${host.includes(':') ? `[${host}]` : host}`))
}

/** Whether no one on the network path can read or change what is sent to this URL. */
export function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || isLoopback(url)
}

function parseOrigin(text: string): URL | null {
  return originPattern.test(text) && URL.canParse(text) ? new URL(text) : null
}

function parsePage(text: string): URL | null {
  if (!/^https?:\/\/[^\s\\"<>`]+$/i.test(text) || /\p{C}/u.test(text) || !URL.canParse(text)) return null
  const url = new URL(text)
  return url.username === '' && url.password === '' ? url : null
}
