import { Secret } from '../../../lib/crypto/secret.ts'
import type { Rule } from '../../rules/rule.ts'

export interface RedisNode {
  readonly host: string
  readonly port: number
}

export interface RedisCredentials {
  /** Null: the default user. */
  readonly username: string | null
  /** Null: none is sent. */
  readonly password: Secret | null
}

/** Where Redis is: one server, a server that Sentinel names, or a cluster. */
export interface RedisAddress extends RedisCredentials {
  readonly kind: 'server' | 'sentinel' | 'cluster'
  /** The server, the Sentinels, or some nodes of the cluster. */
  readonly nodes: readonly [RedisNode, ...RedisNode[]]
  /** Whether all connections, also those to Sentinel, use TLS. */
  readonly tls: boolean
  readonly database: number
  /** The name under which Sentinel knows the master; empty without Sentinel. */
  readonly master: string
  readonly sentinel: RedisCredentials
}

/** A sentence about a mistake. It contains no part of the URL. */
type Mistake = string

const form = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?#]*)@)?([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/s
const nodeForm = /^(?<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?<port>[0-9]{1,5}))?$/
const defaultPort = 6379
const defaultSentinelPort = 26_379
const sentinelParameters = ['sentinelUsername', 'sentinelPassword']

/** The beginning of a URL of Redis. The rest has its own messages. */
export const redisUrlStart: Rule<string> = {
  expected:
    'a URL that begins with redis:// or rediss://, redis+sentinel:// or redis+cluster:// (rediss+… with TLS)',
  parse: (text) => (/^rediss?(\+sentinel|\+cluster)?:\/\//.test(text) ? text : null),
}

/** Parses a URL of Redis. */
export function parseRedisUrl(text: string): RedisAddress | Mistake {
  const [, scheme, kind = 'server', credentials, hosts = '', path = '', query = '', fragment] =
    form.exec(text) ?? []
  if (scheme === undefined)
    return 'must have the form scheme://user:password@host:port, with / ? # @ in the password percent-encoded.'
  if (/\s/.test(text)) return 'must not contain white space.'
  if (fragment !== undefined) return 'must not have a fragment: a # in the password is written as %23.'
  const isSentinel = kind === 'sentinel'
  if (!isSentinel && query !== '') return 'must not have a query: a ? in the password is written as %3F.'
  if (path.includes('@')) return 'has an @ after a /: a / in the password is written as %2F.'
  const user = parseCredentials(credentials)
  if (typeof user === 'string') return user
  const nodes = parseNodes(hosts, isSentinel ? defaultSentinelPort : defaultPort)
  if (typeof nodes === 'string') return nodes
  if (kind === 'server' && nodes.length > 1)
    return 'has several hosts: use redis+sentinel:// or redis+cluster:// (rediss+… with TLS).'
  const place = isSentinel ? parseMasterPath(path) : parseDatabasePath(path)
  if (typeof place === 'string') return place
  if (kind === 'cluster' && place.database !== 0)
    return 'must not name a database: a cluster has only database 0.'
  const sentinel = parseSentinel(query)
  if (typeof sentinel === 'string') return sentinel
  return { kind: kindOf(kind), nodes, tls: scheme === 'rediss', ...user, ...place, sentinel }
}

function kindOf(text: string): RedisAddress['kind'] {
  return text === 'sentinel' || text === 'cluster' ? text : 'server'
}

function parseCredentials(text: string | undefined): RedisCredentials | Mistake {
  if (text === undefined) return { username: null, password: null }
  const [, username, password] = (/^([^:]*):?(.*)$/s.exec(text) ?? []).map(decode)
  if (username === null || password === null)
    return 'has a % that is not part of a percent-encoding: write it as %25.'
  if (!password)
    return 'has a user without a password: use user:password@, or :password@ for the default user.'
  return { username: username || null, password: new Secret(password) }
}

function parseNodes(text: string, usualPort: number): RedisAddress['nodes'] | Mistake {
  if (text.includes('@')) return 'has an @ in the user or the password: write it as %40.'
  const parsed = text.split(',').map((node) => {
    const { host, port } = nodeForm.exec(node)?.groups ?? {}
    return host === undefined ? null : { host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? usualPort) }
  })
  const [first, ...others] = parsed.filter((node) => node !== null)
  if (first === undefined || others.length + 1 < parsed.length)
    return 'must name a host, as host or host:port; several hosts are separated by commas.'
  const nodes: RedisAddress['nodes'] = [first, ...others]
  return nodes.every(({ port }) => port >= 1 && port <= 65_535) ? nodes : 'must have ports from 1 to 65535.'
}

interface Place {
  readonly database: number
  readonly master: string
}

function parseDatabasePath(path: string): Place | Mistake {
  const database = /^\/?$/.test(path) ? '0' : /^\/(\d{1,5})$/.exec(path)?.[1]
  if (database === undefined) return 'must end after the host, or with the number of a database, as /0.'
  return { database: Number(database), master: '' }
}

function parseMasterPath(path: string): Place | Mistake {
  const { master, database = '0' } =
    /^\/(?<master>[\w.-]+)(?:\/(?<database>\d{1,5})?)?$/.exec(path)?.groups ?? {}
  if (master === undefined)
    return 'must have the name of the master after the hosts, as /mymaster or /mymaster/0.'
  return { database: Number(database), master }
}

function parseSentinel(query: string): RedisCredentials | Mistake {
  const parameters = new URLSearchParams(query.replaceAll('+', '%2B'))
  const names = [...parameters.keys()]
  if (names.some((name) => !sentinelParameters.includes(name)) || new Set(names).size < names.length)
    return `may have a query with ${sentinelParameters.join(' and ')} only, each once.`
  const [username, password] = sentinelParameters.map((name) => parameters.get(name) || null)
  if (username && !password) return 'has sentinelUsername without sentinelPassword.'
  return { username: username ?? null, password: password ? new Secret(password) : null }
}

/** Null: the percent-encoding is malformed. */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
