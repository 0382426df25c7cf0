import { auditVariables } from './audit-env.ts'
import { gatewayVariables } from './gateway-env.ts'
import { grpcVariables } from './grpc-env.ts'
import { mailVariables } from './mail-env.ts'
import { passwordVariables } from './password-env.ts'
import { protectionVariables } from './protection-env.ts'

/** One environment variable, as the program reads it and docs/configuration.md shows it. */
export interface Variable {
  /** The value that stands in for it when it is unset or empty. */
  readonly default?: string
  /** Where no fixed value does: what happens instead, in words. */
  readonly unset?: string
  readonly unit?: string
  readonly sentence: string
  /** A secret may stand in a file that `<NAME>_FILE` names, and is never printed. */
  readonly secret?: true
}

/** Every environment variable that Gatehouse knows; any other is ignored. */
export const variables = {
  NODE_ENV: {
    unset: 'development',
    sentence: '`production` turns the strict checks on, `test` is for tests, anything else is development.',
  },
  PORT: { default: '4000', sentence: 'TCP port to listen on; 0 takes a free one.' },
  HOST: {
    unset: 'loopback (127.0.0.1 and ::1)',
    sentence: 'Address or host name to listen on; `0.0.0.0` or `::` for all.',
  },
  PUBLIC_URL: {
    unset: '`http://localhost:<PORT>`',
    sentence:
      'Where browsers reach the service: scheme, host and port, without a path. Always an allowed origin.',
  },
  DATA_DIR: {
    default: '.gatehouse',
    sentence: 'Folder of the embedded database and of the generated secrets.',
  },
  DATABASE_URL: {
    unset: 'embedded database',
    secret: true,
    sentence: 'PostgreSQL, as `postgresql://user:password@host:port/name`. Needed in production.',
  },
  DIRECT_DATABASE_URL: {
    unset: '`DATABASE_URL`',
    secret: true,
    sentence: 'The same database past the connection pooler, for migrations.',
  },
  DATABASE_POOL_MIN: {
    default: '5',
    unit: 'connections',
    sentence: 'Connections kept open to PostgreSQL, at most `DATABASE_POOL_MAX`.',
  },
  DATABASE_POOL_MAX: {
    default: '20',
    unit: 'connections',
    sentence: 'Most connections to PostgreSQL at once.',
  },
  MIGRATE_ON_START: {
    unset: 'on when the database is embedded',
    sentence: 'Whether the start brings the tables up to date.',
  },
  REDIS_URL: {
    unset: 'memory',
    secret: true,
    sentence: 'Redis, as `redis://` or `rediss://`.',
  },
  REPLICAS: {
    default: '1',
    unit: 'processes',
    sentence: 'How many processes share the database; more than 1 want `DATABASE_URL` and `REDIS_URL`.',
  },
  TOKEN_ISSUER: { unset: '`PUBLIC_URL`', sentence: 'The `iss` claim of access tokens.' },
  TOKEN_AUDIENCE: { default: 'gatehouse', sentence: 'The `aud` claim of access tokens.' },
  CLIENT_ID: { default: 'gatehouse', sentence: 'The `client_id` claim of access tokens.' },
  SIGNING_ALGORITHM: {
    default: 'RS256',
    sentence: 'How access tokens are signed: `RS256`, `ES256` or `EdDSA`.',
  },
  RSA_KEY_BITS: {
    default: '2048',
    unit: 'bits',
    sentence: 'Size of RSA signing keys: 2048 (112 bits of security), 3072 (128, recommended) or 4096.',
  },
  ACCESS_TOKEN_SECONDS: { default: '900', unit: 's', sentence: 'Life of an access token, 60 to 3600.' },
  SESSION_IDLE_SECONDS: {
    default: '604800',
    unit: 's',
    sentence: 'A session unused for so long ends; at most `SESSION_MAX_SECONDS`.',
  },
  SESSION_MAX_SECONDS: {
    default: '2592000',
    unit: 's',
    sentence: 'A session ends after so long in any case.',
  },
  REMEMBER_ME_IDLE_SECONDS: {
    default: '2592000',
    unit: 's',
    sentence: 'The same for sessions with "remember me".',
  },
  REMEMBER_ME_MAX_SECONDS: {
    default: '7776000',
    unit: 's',
    sentence: 'The same for sessions with "remember me".',
  },
  PRIVILEGED_SESSION_IDLE_SECONDS: {
    default: '1800',
    unit: 's',
    sentence: 'The same for sessions of administrators.',
  },
  PRIVILEGED_SESSION_MAX_SECONDS: {
    default: '86400',
    unit: 's',
    sentence: 'The same for sessions of administrators.',
  },
  REFRESH_GRACE_SECONDS: {
    default: '10',
    unit: 's',
    sentence: 'How long the refresh token before the last still works on the same device, 0 to 60.',
  },
  REAUTHENTICATION_SECONDS: {
    default: '900',
    unit: 's',
    sentence:
      'How old the last proof of the password may be for new API keys, changes of roles and rotations of keys, 60 to 86400.',
  },
  REVOCATION_STALENESS_SECONDS: {
    default: '5',
    unit: 's',
    sentence: 'How old the list of revocations may be before the database is asked per request, 2 to 60.',
  },
  MASTER_KEY: {
    unset: 'generated in `DATA_DIR`',
    secret: true,
    sentence:
      'Seals the signing keys and the mails that wait: base64 of 32 random bytes (`openssl rand -base64 32`). Needed in production.',
  },
  MASTER_KEY_PREVIOUS: {
    unset: 'none',
    secret: true,
    sentence:
      'The `MASTER_KEY` before this one: what it sealed can still be opened. To rotate: roll out both everywhere, run `npm run cli -- keys reseal`, and drop this one two days later.',
  },
  KEY_ROTATION_DAYS: {
    default: '90',
    unit: 'days',
    sentence:
      'How long a signing key signs before the next one takes over, 1 to 3650; 0 for never by itself.',
  },
  KEY_PUBLISH_SECONDS: {
    default: '600',
    unit: 's',
    sentence:
      'How long a signing key is published before it signs, 60 to 604800: longer than anybody caches `/.well-known/jwks.json` (5 min).',
  },
  KEY_BACKUP_PASSPHRASE: {
    unset: 'none',
    secret: true,
    sentence:
      'Seals and opens the file of `keys backup` and `keys restore`, at least 32 random characters; of no use to the service.',
  },
  REFRESH_PEPPERS: {
    unset: 'generated in `DATA_DIR`',
    secret: true,
    sentence:
      'Sign refresh tokens: `id:secret,id2:secret2`, each secret at least 32 random characters. The first signs, all are accepted. To rotate: append the new one, roll out everywhere, move it to the front, roll out, and drop the old one after the longest idle time of a session. Needed in production.',
  },
  PASSWORD_PEPPER: {
    unset: 'none',
    secret: true,
    sentence:
      'Mixed into every password hash, at least 32 random characters. Losing it makes every password useless.',
  },
  ARGON2_MEMORY_KIB: {
    default: '19456',
    unit: 'KiB',
    sentence:
      "Memory of one password hash (argon2id). Production wants OWASP's minimum: 47104 with 1 pass, 19456 with 2, 12288 with 3, 9216 with 4 or 7168 with 5.",
  },
  ARGON2_PASSES: { default: '2', unit: 'passes', sentence: 'Passes over that memory.' },
  ARGON2_LANES: { default: '1', unit: 'lanes', sentence: 'Threads of one password hash.' },
  HASH_CONCURRENCY: {
    unset: 'cores or `UV_THREADPOOL_SIZE` − 1 (3), whichever is less',
    unit: 'hashes',
    sentence: 'How many passwords are hashed at once.',
  },
  HASH_QUEUE_SECONDS: {
    default: '2',
    unit: 's',
    sentence: 'How long a password waits for its turn before the answer is UNAVAILABLE.',
  },
  CORS_ORIGINS: {
    unset: 'none',
    sentence: 'Other origins whose pages may call the API: `https://app.example.com,https://…`, exact.',
  },
  ALLOWED_HOSTS: {
    unset: "`PUBLIC_URL`'s host, localhost, 127.0.0.1, [::1]",
    sentence:
      'Host headers that are answered: `host` with any port, or `host:port` with that one, comma-separated.',
  },
  TRUSTED_PROXIES: {
    unset: 'none',
    sentence: 'Addresses and ranges (`10.0.0.0/8,::1`) whose X-Forwarded-For is believed.',
  },
  ...gatewayVariables,
  COOKIE_SAME_SITE: {
    default: 'strict',
    sentence: 'SameSite of the cookies: `strict`, `lax` or `none` (wants https).',
  },
  ...passwordVariables,
  ...grpcVariables,
  ...mailVariables,
  GRAPHIQL: { unset: 'on outside production', sentence: 'Whether `/graphql` shows GraphiQL to browsers.' },
  INTROSPECTION: { unset: 'on outside production', sentence: 'Whether the schema may be asked for.' },
  LOG_LEVEL: { default: 'info', sentence: '`debug`, `info`, `warn`, `error` or `silent`.' },
  LOG_FORMAT: {
    unset: '`json`; `pretty` on a terminal outside production',
    sentence: 'One JSON object per line, or lines for people.',
  },
  ...protectionVariables,
  ...auditVariables,
  DRAIN_SECONDS: {
    default: '10',
    unit: 's',
    sentence: 'How long a stop waits for running requests, 0 to 300.',
  },
} as const satisfies Readonly<Record<string, Variable>>

type Variables = typeof variables

export type VariableName = keyof Variables

/** The variables that have a fixed default. */
export type DefaultedName = {
  [Name in VariableName]: Variables[Name] extends { readonly default: string } ? Name : never
}[VariableName]

/** The environment of the process. */
export type Environment = Readonly<Record<string, string | undefined>>
