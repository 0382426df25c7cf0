import type { FloodRules } from '../../../domain/rate-limits/flood-guard.ts'
import type { Budgets } from '../../../domain/rate-limits/limits.ts'
import { hourSeconds } from '../../../lib/time/duration.ts'
import type { EnvReader } from '../../env-reader.ts'
import { budget } from '../../rules/budget-rule.ts'
import { oneOf } from '../../rules/choice-rules.ts'
import { integer } from '../../rules/number-rules.ts'
import type { DefaultedName, Variables } from '../../variable.ts'

export const rateLimitVariables = {
  RATE_LIMITS: {
    default: 'on',
    description:
      '`off` disables the following limits and the flood guard; for tests. Rate limits of tenants still apply.',
  },
  RATE_LIMIT_REGISTER: {
    default: '5/1h',
    description:
      'Registrations from one address. The format is `calls/span`, with the span as `30s`, `1m`, `2h` or `1d`, at most one day; the same holds for the following limits. Each limit is counted separately.',
  },
  RATE_LIMIT_LOGIN_IDENTIFIER: {
    default: '10/1m',
    description:
      'Logins with one e-mail address or username, from any address. Logins from a trusted device are counted separately.',
  },
  RATE_LIMIT_LOGIN_ADDRESS: { default: '50/1m', description: 'Logins from one address.' },
  RATE_LIMIT_REFRESH: {
    default: '20/1m',
    description: 'Refreshes of one session. Repeats within the grace period are not counted.',
  },
  RATE_LIMIT_MAIL_IDENTIFIER: {
    default: '3/1h',
    description: 'Mails to one e-mail address that requests without credentials can cause.',
  },
  RATE_LIMIT_MAIL_ADDRESS: {
    default: '10/1h',
    description: 'Mails that requests from one address can cause.',
  },
  RATE_LIMIT_PASSWORD_CHECK: {
    default: '30/1m',
    description:
      'Passwords that are scored or generated for one viewer, or for one address if not signed in.',
  },
  RATE_LIMIT_ONE_TIME_TOKEN: {
    default: '20/1m',
    description: 'Tokens from mails that one address presents.',
  },
  RATE_LIMIT_SECOND_STEP: {
    default: '50/1m',
    description: 'Second steps of sign-ins (codes, recovery codes, passkeys) from one address.',
  },
  RATE_LIMIT_SMS_ACCOUNT: {
    default: '5/1d',
    description: 'Text messages that one account can cause.',
  },
  RATE_LIMIT_SMS_ADDRESS: {
    default: '20/1d',
    description: 'Text messages that requests from one address can cause.',
  },
  RATE_LIMIT_SMS_NUMBER: {
    default: '5/1d',
    description: 'Text messages to one phone number, from all accounts of all tenants.',
  },
  RATE_LIMIT_SMS_PREFIX: {
    default: '100/1h',
    description:
      'Text messages to all numbers of one country calling code, such as `+44`. In the North American plan, to those of one area code, such as `+1 876`.',
  },
  RATE_LIMIT_SMS_TOTAL: {
    default: '1000/1d',
    description: 'Text messages of the whole installation.',
  },
  RATE_LIMIT_CREDENTIALS: {
    default: '10/1m',
    description: 'Mutations of one viewer that require the current password.',
  },
  RATE_LIMIT_MUTATION: { default: '60/1m', description: 'Mutations of one viewer.' },
  RATE_LIMIT_QUERY: {
    default: '300/1m',
    description: 'Queries of one viewer, or of one address if not signed in.',
  },
  RATE_LIMIT_ALL: { default: '1000/1m', description: 'Root fields of any kind from one address.' },
  RATE_LIMIT_UNKNOWN_ADDRESS: {
    default: '5000/1m',
    description:
      'Root fields of all requests together whose client address is unknown because a trusted proxy did not report it.',
  },
  RATE_LIMIT_COUNTERS: {
    default: '100000',
    unit: 'counters',
    description:
      'Maximum number of counters in the memory of one process, 100 to 10000000, each at most 150 bytes. Half of them are for windows of a minute or less. If they are full, operations that check credentials fail with UNAVAILABLE.',
  },
  FLOOD_REFUSALS: {
    default: '50',
    unit: 'refusals',
    description:
      'Number of refused calls within a minute after which an address is blocked, 1 to 100000. Requests of a blocked address are rejected before they are read. Each process counts separately.',
  },
  FLOOD_BLOCK_SECONDS: {
    default: '60',
    unit: 's',
    description:
      'Duration of the first block, 1 to 3600. Each further block within a day lasts twice as long, up to an hour.',
  },
} as const satisfies Variables

type RateLimitReader = EnvReader<typeof rateLimitVariables>

export interface RateLimitConfig {
  readonly budgets: Budgets
  readonly maxCounters: number
  readonly flood: FloodRules
}

/** `null`: nothing is counted and no address is blocked. */
export function readRateLimits(reader: RateLimitReader): RateLimitConfig | null {
  const limits = {
    budgets: readBudgets(reader),
    maxCounters: reader.readOrDefault('RATE_LIMIT_COUNTERS', integer(100, 10_000_000)),
    flood: {
      refusals: reader.readOrDefault('FLOOD_REFUSALS', integer(1, 100_000)),
      blockSeconds: reader.readOrDefault('FLOOD_BLOCK_SECONDS', integer(1, hourSeconds)),
    },
  }
  return reader.readOrDefault('RATE_LIMITS', oneOf('on', 'off')) === 'on' ? limits : null
}

function readBudgets(reader: RateLimitReader): Budgets {
  const read = (name: DefaultedName<typeof rateLimitVariables>) => reader.readOrDefault(name, budget)
  return {
    register: read('RATE_LIMIT_REGISTER'),
    loginIdentifier: read('RATE_LIMIT_LOGIN_IDENTIFIER'),
    loginAddress: read('RATE_LIMIT_LOGIN_ADDRESS'),
    refresh: read('RATE_LIMIT_REFRESH'),
    mailIdentifier: read('RATE_LIMIT_MAIL_IDENTIFIER'),
    mailAddress: read('RATE_LIMIT_MAIL_ADDRESS'),
    passwordCheck: read('RATE_LIMIT_PASSWORD_CHECK'),
    oneTimeToken: read('RATE_LIMIT_ONE_TIME_TOKEN'),
    secondStep: read('RATE_LIMIT_SECOND_STEP'),
    smsAccount: read('RATE_LIMIT_SMS_ACCOUNT'),
    smsAddress: read('RATE_LIMIT_SMS_ADDRESS'),
    smsNumber: read('RATE_LIMIT_SMS_NUMBER'),
    smsPrefix: read('RATE_LIMIT_SMS_PREFIX'),
    smsTotal: read('RATE_LIMIT_SMS_TOTAL'),
    credentials: read('RATE_LIMIT_CREDENTIALS'),
    mutation: read('RATE_LIMIT_MUTATION'),
    query: read('RATE_LIMIT_QUERY'),
    all: read('RATE_LIMIT_ALL'),
    unknownAddress: read('RATE_LIMIT_UNKNOWN_ADDRESS'),
  }
}
