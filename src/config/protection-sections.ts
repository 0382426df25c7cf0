import type { BudgetName, Budgets } from '../domain/rate-limits/limits.ts'
import { Secret } from '../lib/secret.ts'
import type { DefaultedName } from './env.ts'
import type { EnvReader } from './env-reader.ts'
import { isSafe, mailAddress } from './mail-rules.ts'
import { addressOrRange, isLoopback, urlOf } from './network-rules.ts'
import { budget, countryCode } from './protection-rules.ts'
import { flag, listOf, oneOf, path, wholeNumber } from './rules.ts'
import { randomText } from './secret-rules.ts'

export type Binding = 'off' | 'warn' | 'strict'

/** What stands between the service and everyone who tries. */
export interface ProtectionConfig {
  /** Null: nothing is counted, nobody is blocked. */
  readonly limits: {
    readonly budgets: Budgets
    readonly maxCounters: number
    readonly flood: { readonly refusals: number; readonly blockSeconds: number }
  } | null
  readonly lockOut: {
    readonly failures: number
    readonly windowSeconds: number
    readonly lockSeconds: number
  }
  readonly addresses: {
    /** IP addresses and CIDR ranges. */
    readonly allowed: readonly string[]
    readonly denied: readonly string[]
  }
  readonly geo: {
    readonly database: string
    /** Codes of ISO 3166-1 alpha-2; null: all. */
    readonly allowedCountries: readonly string[] | null
    readonly deniedCountries: readonly string[]
  } | null
  readonly sessions: {
    readonly limit: number
    readonly atLimit: 'evict' | 'reject'
    readonly deviceBinding: Binding
    readonly ipBinding: Binding
    readonly newDeviceMail: boolean
  }
  readonly alerts: {
    readonly webhook: {
      readonly url: Secret
      readonly secret: Secret
      readonly privateAllowed: boolean
    } | null
    readonly email: string | null
    readonly windowSeconds: number
  }
}

const budgetVariables = {
  register: 'RATE_LIMIT_REGISTER',
  loginIdentifier: 'RATE_LIMIT_LOGIN_IDENTIFIER',
  loginAddress: 'RATE_LIMIT_LOGIN_ADDRESS',
  refresh: 'RATE_LIMIT_REFRESH',
  mailIdentifier: 'RATE_LIMIT_MAIL_IDENTIFIER',
  mailAddress: 'RATE_LIMIT_MAIL_ADDRESS',
  passwordCheck: 'RATE_LIMIT_PASSWORD_CHECK',
  oneTimeToken: 'RATE_LIMIT_ONE_TIME_TOKEN',
  credentials: 'RATE_LIMIT_CREDENTIALS',
  mutation: 'RATE_LIMIT_MUTATION',
  query: 'RATE_LIMIT_QUERY',
  all: 'RATE_LIMIT_ALL',
  unknownAddress: 'RATE_LIMIT_UNKNOWN_ADDRESS',
} as const satisfies Readonly<Record<BudgetName, DefaultedName>>

const daySeconds = 86_400

/** What the rules of protection depend on. */
interface Surroundings {
  readonly production: boolean
  /** Whether mail is sent at all. */
  readonly mails: boolean
}

export function readProtection(reader: EnvReader, surroundings: Surroundings): ProtectionConfig {
  const limits = readLimits(reader)
  const on = reader.readOrDefault('RATE_LIMITS', oneOf('on', 'off')) === 'on'
  return {
    limits: on ? limits : null,
    lockOut: {
      failures: reader.readOrDefault('LOCKOUT_FAILURES', wholeNumber(3, 100)),
      windowSeconds: reader.readOrDefault('LOCKOUT_WINDOW_SECONDS', wholeNumber(60, daySeconds)),
      lockSeconds: reader.readOrDefault('LOCKOUT_SECONDS', wholeNumber(1, daySeconds)),
    },
    addresses: {
      allowed: reader.read('ALLOWED_ADDRESSES', listOf(addressOrRange), []),
      denied: reader.read('DENIED_ADDRESSES', listOf(addressOrRange), []),
    },
    geo: readGeo(reader),
    sessions: readSessionProtection(reader),
    alerts: readAlerts(reader, surroundings),
  }
}

function readLimits(reader: EnvReader): NonNullable<ProtectionConfig['limits']> {
  const read = (name: BudgetName) => reader.readOrDefault(budgetVariables[name], budget)
  return {
    budgets: {
      register: read('register'),
      loginIdentifier: read('loginIdentifier'),
      loginAddress: read('loginAddress'),
      refresh: read('refresh'),
      mailIdentifier: read('mailIdentifier'),
      mailAddress: read('mailAddress'),
      passwordCheck: read('passwordCheck'),
      oneTimeToken: read('oneTimeToken'),
      credentials: read('credentials'),
      mutation: read('mutation'),
      query: read('query'),
      all: read('all'),
      unknownAddress: read('unknownAddress'),
    },
    maxCounters: reader.readOrDefault('RATE_LIMIT_COUNTERS', wholeNumber(100, 10_000_000)),
    flood: {
      refusals: reader.readOrDefault('FLOOD_REFUSALS', wholeNumber(1, 100_000)),
      blockSeconds: reader.readOrDefault('FLOOD_BLOCK_SECONDS', wholeNumber(1, 3600)),
    },
  }
}

function readGeo(reader: EnvReader): ProtectionConfig['geo'] {
  const database = reader.read('GEOIP_DATABASE', { ...path, wants: 'the path of a file' }, null)
  const allowedCountries = reader.read('ALLOWED_COUNTRIES', listOf(countryCode), null)
  const deniedCountries = reader.read('DENIED_COUNTRIES', listOf(countryCode), [])
  const wanted = 'wants GEOIP_DATABASE too.'
  reader.check(
    ['ALLOWED_COUNTRIES', 'GEOIP_DATABASE'],
    allowedCountries === null || database !== null,
    wanted,
  )
  reader.check(
    ['DENIED_COUNTRIES', 'GEOIP_DATABASE'],
    deniedCountries.length === 0 || database !== null,
    wanted,
  )
  return database === null ? null : { database, allowedCountries, deniedCountries }
}

function readSessionProtection(reader: EnvReader): ProtectionConfig['sessions'] {
  const limit = reader.readOrDefault('SESSION_LIMIT', wholeNumber(1, 1000))
  const policy = reader.readOrDefault('SESSION_LIMIT_POLICY', oneOf('evict', 'reject'))
  const single = reader.readOrDefault('SINGLE_SESSION', flag)
  return {
    limit: single ? 1 : limit,
    atLimit: single ? 'evict' : policy,
    deviceBinding: reader.readOrDefault('DEVICE_BINDING', oneOf('off', 'warn', 'strict')),
    ipBinding: reader.readOrDefault('IP_BINDING', oneOf('off', 'warn', 'strict')),
    newDeviceMail: reader.readOrDefault('NEW_DEVICE_MAIL', flag),
  }
}

function readAlerts(reader: EnvReader, { production, mails }: Surroundings): ProtectionConfig['alerts'] {
  const url = reader.read('ALERT_WEBHOOK_URL', urlOf('https', 'http'), null)
  const secret = reader.read('ALERT_WEBHOOK_SECRET', randomText, null)
  const privateAllowed = reader.readOrDefault('ALERT_WEBHOOK_PRIVATE', flag)
  reader.check(
    ['ALERT_WEBHOOK_SECRET', 'ALERT_WEBHOOK_URL'],
    url === null || secret !== null,
    'is needed with ALERT_WEBHOOK_URL.',
  )
  reader.check(
    ['ALERT_WEBHOOK_URL'],
    url === null || !production || isSafe(new URL(url)),
    'wants https in production, unless its host is loopback.',
  )
  reader.check(
    ['ALERT_WEBHOOK_URL', 'ALERT_WEBHOOK_PRIVATE'],
    url === null || privateAllowed || !isLoopback(new URL(url)),
    'leads to this machine, which wants ALERT_WEBHOOK_PRIVATE=on.',
  )
  const email = reader.read('ALERT_EMAIL', mailAddress, null)
  reader.check(['ALERT_EMAIL', 'MAIL'], email === null || mails, 'wants mail, which is off.')
  return {
    webhook: url === null || secret === null ? null : { url: new Secret(url), secret, privateAllowed },
    email,
    windowSeconds: reader.readOrDefault('ALERT_WINDOW_SECONDS', wholeNumber(10, daySeconds)),
  }
}
