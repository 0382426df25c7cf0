import { isIP } from 'node:net'
import type { Rule } from './rules.ts'

const originPattern = /^https?:\/\/[^/?#@\\*,\s]+$/i
const hostPattern = /^(\[[0-9a-f:.]+\]|[^\s/?#@\\*,:[\]]+)(?::([0-9]{1,5}))?$/i
const hostName = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/
const highestPort = 65535

/** A base URL: an origin, with or without the last slash. */
export const baseUrl: Rule<URL> = {
  wants: 'an http or https URL without path, query, fragment and credentials',
  parse: (text) => parseOrigin(text.endsWith('/') ? text.slice(0, -1) : text),
}

/** An origin as browsers send it (RFC 6454, 6.2): lower case, without the scheme's own port. */
export const origin: Rule<string> = {
  wants: 'an exact origin (scheme://host or scheme://host:port, without path, wildcard or pattern)',
  parse: (text) => parseOrigin(text)?.origin ?? null,
}

/** A value of the Host header: with a port it stands for that port only, without one for every port. */
export const hostHeader: Rule<string> = {
  wants: 'a host or host:port (IPv6 addresses in brackets)',
  parse: (text) => {
    const [, name, port] = hostPattern.exec(text) ?? []
    if (name === undefined || Number(port ?? '1') > highestPort || Number(port ?? '1') === 0) return null
    const host = URL.canParse(`http://${name}`) ? new URL(`http://${name}`).hostname : null
    if (host === null) return null
    return port === undefined ? host : `${host}:${Number(port)}`
  },
}

/** What a server can listen on. */
export const listenHost: Rule<string> = {
  wants: 'an IP address or a host name, without port',
  parse: (text) => {
    const host = text.replace(/^\[(.*)\]$/, '$1').toLowerCase()
    return isIP(host) !== 0 || hostName.test(host) ? host : null
  },
}

/** An IP address or a range in CIDR notation (RFC 4632, RFC 4291); a range of everything is refused. */
export const addressOrRange: Rule<string> = {
  wants: 'an IP address or a range such as 10.0.0.0/8 (not /0, which would believe everybody)',
  parse: (text) => {
    const [address = '', prefix, ...rest] = text.split('/')
    const family = isIP(address)
    if (family === 0 || address.includes('%') || rest.length > 0) return null
    if (prefix === undefined) return text
    if (!/^[1-9][0-9]{0,2}$/.test(prefix)) return null
    return Number(prefix) <= (family === 4 ? 32 : 128) ? text : null
  },
}

/** A URL with one of these schemes; the text itself is the value. */
export function urlOf(...schemes: readonly string[]): Rule<string> {
  return {
    wants: `a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    parse: (text) => {
      if (!schemes.some((scheme) => text.startsWith(`${scheme}://`))) return null
      return URL.canParse(text) && !/\s/.test(text) ? text : null
    },
  }
}

/** Whether only this machine can reach the host of a URL. */
export function isLoopback(url: URL): boolean {
  return /^(localhost|.+\.localhost|127\.[0-9.]+|\[::1\])$/.test(url.hostname)
}

function parseOrigin(text: string): URL | null {
  return originPattern.test(text) && URL.canParse(text) ? new URL(text) : null
}
