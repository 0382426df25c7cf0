import type { Secret } from '../lib/crypto/secret.ts'
import type { Config } from './config.ts'
import type { ConfigProblem } from './config-error.ts'
import { isLoopback, isLoopbackHost } from './rules/url-rules.ts'
import { rpId } from './rules/webauthn-rules.ts'
import { isPublic } from './themes/service/server.ts'
import { isWithin } from './themes/sign-in/webauthn.ts'
import type { RedisAddress } from './themes/storage/redis-url.ts'

/** The warnings that every start logs: in production all of them, otherwise those of a service that others can reach. */
export function startWarnings(config: Config): readonly ConfigProblem[] {
  return config.environment === 'production' ? configWarnings(config) : applicable(exposureWarnings(config))
}

/** Returns the weak settings of a valid configuration. They do not keep the service from starting. */
export function configWarnings(config: Config): readonly ConfigProblem[] {
  const others = config.environment === 'production' ? productionWarnings(config) : exposureWarnings(config)
  return applicable([...generalWarnings(config), ...others])
}

/** Null if every stored passkey is of the present RP id. */
export function foreignPasskeysWarning(rpId: string, foreign: number): string | null {
  if (foreign === 0) return null
  return `WEBAUTHN_RP_ID is ${rpId}, but ${foreign} stored passkeys are of another RP id: no one can use them. Restore the earlier RP id, or ask their owners to register again.`
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
  audit,
  log,
  pages,
  app,
  keys,
  webauthn,
  factors,
}: Config): readonly Warning[] {
  const related = webauthn.origins.filter(
    (origin) => origin.startsWith('http') && !isWithin(new URL(origin).hostname, webauthn.id),
  )
  return [
    {
      applies: tokens.algorithm === 'RS256' && tokens.rsaKeyBits < 3072,
      variable: 'RSA_KEY_BITS',
      message: `of ${tokens.rsaKeyBits} gives 112 bits of security, which is sufficient until 2030 (NIST SP 800-57 part 1); 3072 gives 128.`,
    },
    {
      applies: factors.adminActions === 'aal1',
      variable: 'MFA_ADMIN_ACTIONS',
      message:
        'is aal1: administrators change other accounts and keys with the password alone, also if they have a second factor.',
    },
    {
      applies: keys.file !== null,
      variable: 'SIGNING_KEYS_FILE',
      message: 'is set: the service neither creates nor rotates signing keys. Rotate them in the file.',
    },
    {
      applies: audit.logged && log.level !== 'info' && log.level !== 'debug',
      variable: 'AUDIT_LOG',
      message: `of on has no effect: its lines have the level info, and LOG_LEVEL is ${log.level}.`,
    },
    {
      applies: pages !== null && app.url.origin !== server.publicUrl.origin,
      variable: 'APP_URL',
      message: `differs from PUBLIC_URL: links in mails open ${app.url.origin}. Route the paths of the pages from there to this service, or set PAGES=off if the application has pages of its own (docs/pages.md).`,
    },
    {
      applies: pages !== null && gateway.documents?.only === true,
      variable: 'PERSISTED_DOCUMENTS',
      message: 'of only rejects the operations of the pages (PAGES).',
    },
    {
      applies: rpId.parse(webauthn.id) === null,
      variable: 'PUBLIC_URL',
      message: `has the IP address ${webauthn.id} as its host, for which browsers refuse passkeys.`,
    },
    {
      applies: related.length > 0 && webauthn.id !== server.publicUrl.hostname,
      variable: 'WEBAUTHN_RP_ID',
      message: `is ${webauthn.id}, which is no domain of ${related.join(', ')}: browsers read https://${webauthn.id}/.well-known/webauthn. Route this path to the service.`,
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
  pages,
  app,
  links,
  mail,
}: Config): readonly Warning[] {
  const hasOwnLinks = Object.values(links).some((link) => new URL(link).origin === server.publicUrl.origin)
  return [
    {
      // Unset, APP_URL is the same object as PUBLIC_URL.
      applies: mail !== null && pages === null && app.url === server.publicUrl && hasOwnLinks,
      variable: 'APP_URL',
      message:
        'is not set, and PAGES is off: the links in mails open pages that do not exist. Set PAGES=on, or APP_URL to an application with such pages (docs/pages.md).',
    },
    {
      applies: database.url !== null && isPlainDatabase(database.url),
      variable: 'DATABASE_URL',
      message: 'connects to another host without verified TLS: add sslmode=verify-full.',
    },
    {
      applies: redis !== null && isPlainRedis(redis.address),
      variable: 'REDIS_URL',
      message: 'connects to another host without TLS: use rediss:// (rediss+sentinel://, rediss+cluster://).',
    },
    {
      applies: grpc?.tls === null && server.hosts.some((host) => !isLoopbackHost(host)),
      variable: 'GRPC_TLS_CERT',
      message:
        'is not set: API keys and tokens reach the gRPC port unencrypted, unless a proxy in front of it encrypts.',
    },
    {
      applies: audit.archive === null && audit.retentionDays !== null,
      variable: 'AUDIT_ARCHIVE_DIR',
      message: `and AUDIT_ARCHIVE_URL are not set: audit events, with the IP addresses in them, stay in the database beyond AUDIT_RETENTION_DAYS (${audit.retentionDays}), because only archived events are removed.`,
    },
    { applies: graphiql, variable: 'GRAPHIQL', message: 'is on in production.' },
    { applies: introspection, variable: 'INTROSPECTION', message: 'is on in production.' },
  ]
}

function isPlainDatabase(secret: Secret): boolean {
  const url = new URL(secret.reveal())
  return !isLoopback(url) && url.searchParams.get('sslmode') !== 'verify-full'
}

function isPlainRedis({ tls, nodes }: RedisAddress): boolean {
  return !tls && nodes.some(({ host }) => !isLoopbackHost(host))
}
