import type { Secret } from '../lib/secret.ts'
import type { Config } from './config.ts'
import type { ConfigProblem } from './config-error.ts'
import { isLoopback, isLoopbackHost } from './rules/url-rules.ts'
import { isPublic } from './themes/server.ts'

/** The warnings that every start logs: in production all of them, otherwise those of a service that others can reach. */
export function startWarnings(config: Config): readonly ConfigProblem[] {
  return config.environment === 'production' ? configWarnings(config) : applicable(exposureWarnings(config))
}

/** Returns the weak settings of a valid configuration. They do not keep the service from starting. */
export function configWarnings(config: Config): readonly ConfigProblem[] {
  const others = config.environment === 'production' ? productionWarnings(config) : exposureWarnings(config)
  return applicable([...generalWarnings(config), ...others])
}

function applicable(warnings: readonly Warning[]): readonly ConfigProblem[] {
  return warnings.filter(({ applies }) => applies).map(({ variable, message }) => ({ variable, message }))
}

interface Warning extends ConfigProblem {
  readonly applies: boolean
}

function generalWarnings({
  tokens,
  cookies,
  server,
  graphiql,
  gateway,
  database,
  environment,
  dataDir,
}: Config): readonly Warning[] {
  return [
    {
      applies: tokens.algorithm === 'RS256' && tokens.rsaKeyBits < 3072,
      variable: 'RSA_KEY_BITS',
      message: `of ${tokens.rsaKeyBits} gives 112 bits of security, which is sufficient until 2030 (NIST SP 800-57 part 1); 3072 gives 128.`,
    },
    {
      applies: cookies.sameSite === 'none',
      variable: 'COOKIE_SAME_SITE',
      message: 'of none sends the cookies with requests from every site.',
    },
    {
      applies: !isLoopback(server.publicUrl) && server.publicUrl.protocol === 'http:',
      variable: 'PUBLIC_URL',
      message: 'without https exposes passwords and tokens to everyone on the network path.',
    },
    {
      applies: graphiql && gateway.documents?.only === true,
      variable: 'PERSISTED_DOCUMENTS',
      message: 'of only rejects the queries that are written in GraphiQL.',
    },
    {
      applies: database.url === null && environment === 'development',
      variable: 'DATABASE_URL',
      message: `is not set: the embedded database in ${dataDir} serves one process and has no backup of its own.`,
    },
  ]
}

/** Outside production, GraphiQL and introspection are on, and secrets are generated into a folder. */
function exposureWarnings({ environment, server, mail }: Config): readonly Warning[] {
  return [
    {
      applies: isPublic(server),
      variable: 'NODE_ENV',
      message: `is ${environment}, but other machines can reach this service (HOST, PUBLIC_URL). THIS IS NOT SAFE: set NODE_ENV=production, or listen on loopback.`,
    },
    {
      applies: isPublic(server) && mail?.transport === 'mailbox' && mail.audience === 'every-client',
      variable: 'DEV_MAILBOX',
      message: 'of on shows every mail, with the links in it, to every client that reaches this service.',
    },
    {
      applies: isPublic(server) && mail?.transport === 'mailbox' && mail.audience === null,
      variable: 'DEV_MAILBOX',
      message: 'is off: mails are neither sent nor shown, since other machines can reach this service.',
    },
  ]
}

function productionWarnings({
  database,
  redis,
  grpc,
  server,
  audit,
  graphiql,
  introspection,
}: Config): readonly Warning[] {
  return [
    {
      applies: database.url !== null && isPlainDatabase(database.url),
      variable: 'DATABASE_URL',
      message: 'connects to another host without verified TLS: add sslmode=verify-full.',
    },
    {
      applies: redis !== null && isPlainRedis(redis.url),
      variable: 'REDIS_URL',
      message: 'connects to another host without TLS: use rediss://.',
    },
    {
      applies: grpc?.tls === null && server.hosts.some((host) => !isLoopbackHost(host)),
      variable: 'GRPC_TLS_CERT',
      message:
        'is not set: API keys and tokens reach the gRPC port unencrypted, unless a proxy in front of it encrypts.',
    },
    {
      applies: audit.archiveDir === null && audit.retentionDays !== null,
      variable: 'AUDIT_ARCHIVE_DIR',
      message: `is not set: audit events, with the IP addresses in them, stay in the database beyond AUDIT_RETENTION_DAYS (${audit.retentionDays}), because only archived events are removed.`,
    },
    { applies: graphiql, variable: 'GRAPHIQL', message: 'is on in production.' },
    { applies: introspection, variable: 'INTROSPECTION', message: 'is on in production.' },
  ]
}

function isPlainDatabase(secret: Secret): boolean {
  const url = new URL(secret.reveal())
  return !isLoopback(url) && url.searchParams.get('sslmode') !== 'verify-full'
}

function isPlainRedis(secret: Secret): boolean {
  const url = new URL(secret.reveal())
  return !isLoopback(url) && url.protocol !== 'rediss:'
}
