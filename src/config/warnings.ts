import type { Secret } from '../lib/secret.ts'
import type { Config } from './config.ts'
import type { ConfigProblem } from './config-error.ts'
import { isLoopback } from './network-rules.ts'

/** What works and yet deserves a second look, one sentence for each variable; it never keeps the service from starting. */
export function configWarnings(config: Config): readonly ConfigProblem[] {
  const { tokens, server, cookies, database, environment, grpc } = config
  const openGrpc = grpc?.tls === null && server.hosts.some((host) => !isLoopbackHost(host))
  const production = environment === 'production'
  const openHttp = server.publicUrl.protocol === 'http:' && !isLoopback(server.publicUrl)
  const warnings: readonly (readonly [boolean, string, string])[] = [
    [
      tokens.algorithm === 'RS256' && tokens.rsaKeyBits < 3072,
      'RSA_KEY_BITS',
      `of ${tokens.rsaKeyBits} are 112 bits of security, enough until 2030 (NIST SP 800-57 part 1); 3072 are 128.`,
    ],
    [cookies.sameSite === 'none', 'COOKIE_SAME_SITE', 'of none sends the cookies along from every site.'],
    [openHttp, 'PUBLIC_URL', 'without https shows passwords and tokens to everybody on the way.'],
    [
      production && isPlainDatabase(database.url),
      'DATABASE_URL',
      'leaves the machine without verified TLS: add sslmode=verify-full.',
    ],
    [
      production && isPlainRedis(config.redis?.url),
      'REDIS_URL',
      'leaves the machine without TLS: use rediss://.',
    ],
    [
      production && openGrpc,
      'GRPC_TLS_CERT',
      'is not set: API keys and tokens reach the gRPC port in the clear, unless something in front of it encrypts.',
    ],
    [
      production && config.audit.archiveDir === null && config.audit.retentionDays !== null,
      'AUDIT_ARCHIVE_DIR',
      `is not set: audit events, with the addresses in them, stay in the database beyond AUDIT_RETENTION_DAYS (${config.audit.retentionDays}), since nothing is removed that is in no archive.`,
    ],
    [production && config.graphiql, 'GRAPHIQL', 'is on in production.'],
    [
      config.graphiql && config.gateway.documents?.only === true,
      'PERSISTED_DOCUMENTS',
      'of only leaves GraphiQL nothing to ask.',
    ],
    [production && config.introspection, 'INTROSPECTION', 'is on in production.'],
    [
      database.url === null && environment === 'development',
      'DATABASE_URL',
      `is not set: the embedded database in ${config.dataDir} serves one process and has no backup of its own.`,
    ],
  ]
  return warnings.filter(([applies]) => applies).map(([, variable, sentence]) => ({ variable, sentence }))
}

function isLoopbackHost(host: string): boolean {
  return isLoopback(new URL(`http://${host.includes(':') ? `[${host}]` : host}`))
}

function isPlainDatabase(secret: Secret | null): boolean {
  if (secret === null) return false
  const url = new URL(secret.reveal())
  return !isLoopback(url) && url.searchParams.get('sslmode') !== 'verify-full'
}

function isPlainRedis(secret: Secret | undefined): boolean {
  if (secret === undefined) return false
  const url = new URL(secret.reveal())
  return !isLoopback(url) && url.protocol !== 'rediss:'
}
