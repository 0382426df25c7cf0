import type { EnvReader } from '../../env-reader.ts'
import { addressOrRange, hostHeader, listenHost } from '../../rules/host-rules.ts'
import { listOf } from '../../rules/list-rules.ts'
import { integer } from '../../rules/number-rules.ts'
import { headerName } from '../../rules/text-rules.ts'
import { baseUrl, isLoopback, isLoopbackHost, origin } from '../../rules/url-rules.ts'
import type { Variables } from '../../variable.ts'

export const serverVariables = {
  PORT: { default: '4000', description: 'TCP port to listen on, 0 to 65535; 0 selects a free port.' },
  HOST: {
    unset: 'loopback (127.0.0.1 and ::1)',
    description: 'IP address or host name to listen on; `0.0.0.0` or `::` for all interfaces.',
  },
  PUBLIC_URL: {
    unset: '`http://localhost:<PORT>`',
    description:
      'URL at which browsers reach the service: scheme, host and port, without a path; https in production. It is always an allowed origin.',
  },
  CORS_ORIGINS: {
    unset: 'none',
    description:
      'Further origins whose pages can call the API, comma-separated, without wildcards: `https://app.example.com,https://…`.',
  },
  CORS_HEADERS: {
    unset: 'every header that the page requests',
    description:
      'Further request headers that pages of these origins can send, comma-separated, besides `content-type`, `authorization`, `x-csrf-token`, `x-request-id` and `x-api-key`.',
  },
  ALLOWED_HOSTS: {
    unset: "`PUBLIC_URL`'s host, localhost, 127.0.0.1, [::1]",
    description:
      'Accepted values of the Host header, comma-separated: `host` accepts any port, `host:port` only that port.',
  },
  TRUSTED_PROXIES: {
    unset: 'none',
    description:
      'IP addresses and ranges (`10.0.0.0/8,::1`) of proxies whose X-Forwarded-For header is trusted.',
  },
  START_WAIT_SECONDS: {
    default: '60',
    unit: 's',
    description:
      'How long a start waits for the database and Redis, 0 to 3600. Without an answer by then, the process exits with 1.',
  },
  DRAIN_NOTICE_SECONDS: {
    unset: '`5` s in production, else `1` s',
    description:
      'Time that a stopping process is not ready but still accepts connections, so that load balancers notice, 0 to 300. It precedes `DRAIN_SECONDS`.',
  },
  DRAIN_SECONDS: {
    default: '10',
    unit: 's',
    description: 'Maximum time that a shutdown waits for running requests, 0 to 300.',
  },
} as const satisfies Variables

export interface ServerConfig {
  readonly port: number
  readonly hosts: readonly string[]
  /** An origin: path, query and credentials are empty. */
  readonly publicUrl: URL
  /** Lower case. An entry with a port accepts that port only, one without accepts every port. */
  readonly allowedHosts: readonly string[]
  /** As browsers send them; the origin of publicUrl is first. */
  readonly allowedOrigins: readonly string[]
  /** IP addresses and CIDR ranges. */
  readonly trustedProxies: readonly string[]
  /** Lower case. `null`: all that the page requests. */
  readonly corsHeaders: readonly string[] | null
  /** How long a start waits for the database and Redis. */
  readonly startWaitSeconds: number
  readonly drainNoticeSeconds: number
  readonly drainSeconds: number
}

const loopback = ['127.0.0.1', '::1']
const loopbackHostHeaders = ['localhost', '127.0.0.1', '[::1]']

export function readServer(reader: EnvReader<typeof serverVariables>, production: boolean): ServerConfig {
  const port = reader.readOrDefault('PORT', integer(0, 65_535))
  const host = reader.read('HOST', listenHost, null)
  const publicUrl = reader.read('PUBLIC_URL', baseUrl, new URL(`http://localhost:${port}`))
  const origins = reader.read('CORS_ORIGINS', listOf(origin), [])
  return {
    port,
    hosts: host === null ? loopback : [host],
    publicUrl,
    allowedHosts: reader.read('ALLOWED_HOSTS', listOf(hostHeader), [
      ...new Set([publicUrl.host, ...loopbackHostHeaders]),
    ]),
    allowedOrigins: [...new Set([publicUrl.origin, ...origins])],
    trustedProxies: reader.read('TRUSTED_PROXIES', listOf(addressOrRange), []),
    corsHeaders: reader.read('CORS_HEADERS', listOf(headerName), null),
    startWaitSeconds: reader.readOrDefault('START_WAIT_SECONDS', integer(0, 3600)),
    drainNoticeSeconds: reader.read('DRAIN_NOTICE_SECONDS', integer(0, 300), production ? 5 : 1),
    drainSeconds: reader.readOrDefault('DRAIN_SECONDS', integer(0, 300)),
  }
}

/** Whether other machines can reach the service: it listens on more than loopback, or its URL names another host. */
export function isPublic({ hosts, publicUrl }: Pick<ServerConfig, 'hosts' | 'publicUrl'>): boolean {
  return !isLoopback(publicUrl) || hosts.some((host) => !isLoopbackHost(host))
}
