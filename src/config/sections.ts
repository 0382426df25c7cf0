import { Secret } from '../lib/secret.ts'
import type { Config, SessionLifetime } from './config.ts'
import type { DefaultedName } from './env.ts'
import type { EnvReader } from './env-reader.ts'
import { addressOrRange, baseUrl, hostHeader, listenHost, origin, urlOf } from './network-rules.ts'
import { flag, listOf, oneNumberOf, oneOf, wholeNumber, word } from './rules.ts'

const loopback = ['127.0.0.1', '::1']
const loopbackHostHeaders = ['localhost', '127.0.0.1', '[::1]']
/** No browser keeps a cookie longer than 400 days (RFC 6265bis, 5.5). */
const maxSessionSeconds = 400 * 86_400

export function readServer(reader: EnvReader): Config['server'] {
  const port = reader.readOrDefault('PORT', wholeNumber(0, 65_535))
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
    drainSeconds: reader.readOrDefault('DRAIN_SECONDS', wholeNumber(0, 300)),
  }
}

export function readDatabase(reader: EnvReader): Config['database'] {
  const rule = urlOf('postgresql', 'postgres')
  const url = reader.read('DATABASE_URL', rule, null)
  const directUrl = reader.read('DIRECT_DATABASE_URL', rule, null)
  const size = wholeNumber(0, 1000)
  const poolMax = reader.readOrDefault('DATABASE_POOL_MAX', wholeNumber(1, 1000))
  const poolMin = reader.read(
    'DATABASE_POOL_MIN',
    size,
    Math.min(reader.byDefault('DATABASE_POOL_MIN', size), poolMax),
  )
  reader.check(
    ['DIRECT_DATABASE_URL', 'DATABASE_URL'],
    directUrl === null || url !== null,
    'wants DATABASE_URL too.',
  )
  reader.check(
    ['DATABASE_POOL_MIN', 'DATABASE_POOL_MAX'],
    poolMin <= poolMax,
    `wants to be at most DATABASE_POOL_MAX (${poolMax}).`,
  )
  const direct = directUrl ?? url
  return {
    url: url === null ? null : new Secret(url),
    directUrl: direct === null ? null : new Secret(direct),
    poolMin,
    poolMax,
    migrateOnStart: reader.read('MIGRATE_ON_START', flag, url === null),
  }
}

export function readRedis(reader: EnvReader): Config['redis'] {
  const url = reader.read('REDIS_URL', urlOf('redis', 'rediss'), null)
  return url === null ? null : { url: new Secret(url) }
}

export function readReplicas(
  reader: EnvReader,
  database: Config['database'],
  redis: Config['redis'],
): number {
  const replicas = reader.readOrDefault('REPLICAS', wholeNumber(1, 1000))
  const needed = 'is needed when REPLICAS is more than 1.'
  reader.check(['DATABASE_URL', 'REPLICAS'], replicas === 1 || database.url !== null, needed)
  reader.check(['REDIS_URL', 'REPLICAS'], replicas === 1 || redis !== null, needed)
  return replicas
}

export function readTokens(reader: EnvReader, publicUrl: URL): Config['tokens'] {
  return {
    issuer: reader.read('TOKEN_ISSUER', word, publicUrl.origin),
    audience: reader.readOrDefault('TOKEN_AUDIENCE', word),
    clientId: reader.readOrDefault('CLIENT_ID', word),
    algorithm: reader.readOrDefault('SIGNING_ALGORITHM', oneOf('RS256', 'ES256', 'EdDSA')),
    rsaKeyBits: reader.readOrDefault('RSA_KEY_BITS', oneNumberOf(2048, 3072, 4096)),
    accessTokenSeconds: reader.readOrDefault('ACCESS_TOKEN_SECONDS', wholeNumber(60, 3600)),
  }
}

export function readKeys(reader: EnvReader): Config['keys'] {
  const days = reader.readOrDefault('KEY_ROTATION_DAYS', wholeNumber(0, 3650))
  return {
    rotationDays: days === 0 ? null : days,
    publishSeconds: reader.readOrDefault('KEY_PUBLISH_SECONDS', wholeNumber(60, 604_800)),
  }
}

/** A shorter longest life shortens the default idle time with it. */
export function readSessions(reader: EnvReader): Config['sessions'] {
  return {
    standard: readLifetime(reader, 'SESSION_IDLE_SECONDS', 'SESSION_MAX_SECONDS'),
    rememberMe: readLifetime(reader, 'REMEMBER_ME_IDLE_SECONDS', 'REMEMBER_ME_MAX_SECONDS'),
    privileged: readLifetime(reader, 'PRIVILEGED_SESSION_IDLE_SECONDS', 'PRIVILEGED_SESSION_MAX_SECONDS'),
    refreshGraceSeconds: reader.readOrDefault('REFRESH_GRACE_SECONDS', wholeNumber(0, 60)),
  }
}

type LifetimeName<Bound extends string> = Extract<DefaultedName, `${string}_${Bound}_SECONDS`>

function readLifetime(
  reader: EnvReader,
  idle: LifetimeName<'IDLE'>,
  max: LifetimeName<'MAX'>,
): SessionLifetime {
  const span = wholeNumber(60, maxSessionSeconds)
  const maxSeconds = reader.readOrDefault(max, span)
  const idleSeconds = reader.read(idle, span, Math.min(reader.byDefault(idle, span), maxSeconds))
  reader.check([idle, max], idleSeconds <= maxSeconds, `wants to be at most ${max} (${maxSeconds}).`)
  return { idleSeconds, maxSeconds }
}

export interface Machine {
  readonly cpus: number
  /** libuv's threads, of which one is left to file and DNS work. */
  readonly poolThreads: number
}

export function readHashing(reader: EnvReader, machine: Machine): Config['hashing'] {
  const lanes = reader.readOrDefault('ARGON2_LANES', wholeNumber(1, 64))
  const memoryKib = reader.readOrDefault('ARGON2_MEMORY_KIB', wholeNumber(8, 4_194_304))
  // RFC 9106, 3.1
  reader.check(
    ['ARGON2_MEMORY_KIB', 'ARGON2_LANES'],
    memoryKib >= 8 * lanes,
    'wants 8 KiB for each of ARGON2_LANES.',
  )
  const concurrency = Math.max(1, Math.min(machine.cpus, machine.poolThreads - 1))
  return {
    memoryKib,
    passes: reader.readOrDefault('ARGON2_PASSES', wholeNumber(1, 100)),
    lanes,
    concurrency: reader.read('HASH_CONCURRENCY', wholeNumber(1, 1024), concurrency),
    queueSeconds: reader.readOrDefault('HASH_QUEUE_SECONDS', wholeNumber(1, 60)),
  }
}

export function readCookies(reader: EnvReader, publicUrl: URL): Config['cookies'] {
  const sameSite = reader.readOrDefault('COOKIE_SAME_SITE', oneOf('strict', 'lax', 'none'))
  const fits = sameSite !== 'none' || publicUrl.protocol === 'https:'
  reader.check(['COOKIE_SAME_SITE', 'PUBLIC_URL'], fits, 'wants PUBLIC_URL to be https where it is none.')
  return { sameSite }
}

export function readLog(reader: EnvReader, forPeople: boolean): Config['log'] {
  return {
    level: reader.readOrDefault('LOG_LEVEL', oneOf('debug', 'info', 'warn', 'error', 'silent')),
    format: reader.read('LOG_FORMAT', oneOf('json', 'pretty'), forPeople ? 'pretty' : 'json'),
  }
}
