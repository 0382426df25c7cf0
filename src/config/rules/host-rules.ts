import { isIP } from 'node:net'
import type { Rule } from './rule.ts'

const hostPattern = /^(\[[0-9a-f:.]+\]|[^\s/?#@\\*,:[\]]+)(?::([0-9]{1,5}))?$/i
const hostName = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/
const maxPort = 65_535

/** A value of the Host header. With a port it matches that port only, without one it matches every port. */
export const hostHeader: Rule<string> = {
  expected: 'a host or host:port (IPv6 addresses in brackets)',
  parse: (text) => {
    const [, name, port] = hostPattern.exec(text) ?? []
    if (name === undefined || Number(port ?? '1') > maxPort || Number(port ?? '1') === 0) return null
    const host = URL.canParse(`http://${name}`) ? new URL(`http://${name}`).hostname : null
    if (host === null) return null
    return port === undefined ? host : `${host}:${Number(port)}`
  },
}

/** What a server can listen on. */
export const listenHost: Rule<string> = {
  expected: 'an IP address or a host name, without port',
  parse: (text) => {
    const host = text.replace(/^\[(.*)\]$/, '$1').toLowerCase()
    return isIP(host) !== 0 || hostName.test(host) ? host : null
  },
}

/** An IP address or a range in CIDR notation (RFC 4632, RFC 4291). A range that covers every address is invalid. */
export const addressOrRange: Rule<string> = {
  expected: 'an IP address or a range such as 10.0.0.0/8 (not /0, which matches every address)',
  parse: (text) => {
    const [address = '', prefix, ...rest] = text.split('/')
    const family = isIP(address)
    if (family === 0 || address.includes('%') || rest.length > 0) return null
    if (prefix === undefined) return text
    if (!/^[1-9][0-9]{0,2}$/.test(prefix)) return null
    return Number(prefix) <= (family === 4 ? 32 : 128) ? text : null
  },
}
