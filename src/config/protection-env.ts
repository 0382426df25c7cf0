import type { Variable } from './env.ts'

const budget = 'written `calls/span`, the span as `30s`, `1m`, `2h` or `1d`'

/** The variables of limits, lock-out, devices and alerts. */
export const protectionVariables = {
  RATE_LIMITS: {
    default: 'on',
    sentence: '`off` switches the limits below and the flood guard off; for tests.',
  },
  RATE_LIMIT_REGISTER: {
    default: '5/1h',
    sentence: `Registrations of one address; ${budget}. So are the following: each is a budget of its own.`,
  },
  RATE_LIMIT_LOGIN_IDENTIFIER: {
    default: '10/1m',
    sentence: 'Logins with one e-mail address or username, whoever tries; of one trusted device apart.',
  },
  RATE_LIMIT_LOGIN_ADDRESS: { default: '50/1m', sentence: 'Logins from one address.' },
  RATE_LIMIT_REFRESH: {
    default: '20/1m',
    sentence: 'Refreshes of one session; repeats in the grace window are free.',
  },
  RATE_LIMIT_MAIL_IDENTIFIER: {
    default: '3/1h',
    sentence: 'Mails that anybody can cause to one e-mail address.',
  },
  RATE_LIMIT_MAIL_ADDRESS: { default: '10/1h', sentence: 'Mails that one address can cause.' },
  RATE_LIMIT_PASSWORD_CHECK: {
    default: '30/1m',
    sentence: 'Passwords scored or generated for one viewer, or one address where nobody is signed in.',
  },
  RATE_LIMIT_ONE_TIME_TOKEN: { default: '20/1m', sentence: 'Tokens of mails that one address presents.' },
  RATE_LIMIT_CREDENTIALS: {
    default: '10/1m',
    sentence: 'Changes of one viewer that want the present password.',
  },
  RATE_LIMIT_MUTATION: { default: '60/1m', sentence: 'Mutations of one viewer, whichever they are.' },
  RATE_LIMIT_QUERY: {
    default: '300/1m',
    sentence: 'Queries of one viewer, or one address where nobody is signed in.',
  },
  RATE_LIMIT_ALL: { default: '1000/1m', sentence: 'Root fields of one address, whichever they are.' },
  RATE_LIMIT_UNKNOWN_ADDRESS: {
    default: '5000/1m',
    sentence: 'Root fields of everybody together whose address a trusted proxy did not tell.',
  },
  RATE_LIMIT_COUNTERS: {
    default: '100000',
    unit: 'counters',
    sentence:
      'Most counters that one process keeps in memory, each at most 150 bytes, half of them for windows of a minute and less; when they are full, whatever checks credentials is UNAVAILABLE.',
  },
  FLOOD_REFUSALS: {
    default: '50',
    unit: 'refusals',
    sentence:
      'An address whose calls were refused so often within a minute is blocked before its requests are read, by each process for itself.',
  },
  FLOOD_BLOCK_SECONDS: {
    default: '60',
    unit: 's',
    sentence: 'How long, the first time; each further block within a day is twice as long, up to an hour.',
  },
  ALLOWED_ADDRESSES: {
    unset: 'none',
    sentence:
      'Addresses and ranges that no limit per address, block, denial or country rule applies to, for example of a monitor.',
  },
  DENIED_ADDRESSES: { unset: 'none', sentence: 'Addresses and ranges whose requests are refused.' },
  GEOIP_DATABASE: {
    unset: 'none',
    sentence:
      'An .mmdb file of countries or cities (MaxMind, DB-IP), for country rules and risk signals; read at the start.',
  },
  ALLOWED_COUNTRIES: {
    unset: 'all',
    sentence:
      'Two-letter codes (ISO 3166-1); requests from other countries, and from addresses that the file does not know, are refused. Private addresses and those that a proxy did not tell are let in. Wants `GEOIP_DATABASE`.',
  },
  DENIED_COUNTRIES: {
    unset: 'none',
    sentence: 'Two-letter codes; requests from these countries are refused. Wants `GEOIP_DATABASE`.',
  },
  LOCKOUT_FAILURES: {
    default: '5',
    unit: 'failures',
    sentence: 'So many wrong passwords for one account within `LOCKOUT_WINDOW_SECONDS` lock it, 3 to 100.',
  },
  LOCKOUT_WINDOW_SECONDS: { default: '1800', unit: 's', sentence: 'How long a wrong password counts.' },
  LOCKOUT_SECONDS: { default: '1800', unit: 's', sentence: 'How long such a lock lasts.' },
  SESSION_LIMIT: {
    default: '20',
    unit: 'sessions',
    sentence: 'How many sessions one account may have, 1 to 1000.',
  },
  SESSION_LIMIT_POLICY: {
    default: 'evict',
    sentence: 'At the limit, a login ends the oldest session (`evict`) or is refused (`reject`).',
  },
  SINGLE_SESSION: { default: 'off', sentence: 'Whether a login ends every other session of the account.' },
  DEVICE_BINDING: {
    default: 'warn',
    sentence:
      'A refresh from another device than the one that signed in: `off`, `warn` (a risk signal) or `strict` (the session ends).',
  },
  IP_BINDING: {
    default: 'warn',
    sentence:
      'The same for another network (/24 of IPv4, /48 of IPv6); `strict` spares phones and tablets, whose networks change as they move.',
  },
  NEW_DEVICE_MAIL: { default: 'on', sentence: 'Whether a sign-in from a new device is mailed to the owner.' },
  ALERT_WEBHOOK_URL: {
    unset: 'none',
    secret: true,
    sentence: 'Where operators are told of attacks, as a signed POST; https in production.',
  },
  ALERT_WEBHOOK_SECRET: {
    unset: 'none',
    secret: true,
    sentence: 'Signs it (HMAC-SHA-256), at least 32 characters; wanted with `ALERT_WEBHOOK_URL`.',
  },
  ALERT_WEBHOOK_PRIVATE: {
    default: 'off',
    sentence: 'Whether that URL may lead to a private, loopback or link-local address.',
  },
  ALERT_EMAIL: { unset: 'none', sentence: 'Address of the operators, told by mail of the same.' },
  ALERT_WINDOW_SECONDS: {
    default: '300',
    unit: 's',
    sentence:
      'Alerts of one kind within this span are told twice at most: the first at once, all at its end.',
  },
  METRICS_TOKEN: {
    unset: 'no metrics',
    secret: true,
    sentence: 'Bearer token, at least 32 characters, that `GET /metrics` (Prometheus text) wants.',
  },
} as const satisfies Readonly<Record<string, Variable>>
