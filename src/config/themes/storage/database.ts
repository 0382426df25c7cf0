import { Secret } from '../../../lib/crypto/secret.ts'
import type { EnvReader } from '../../env-reader.ts'
import { flag } from '../../rules/choice-rules.ts'
import { integer } from '../../rules/number-rules.ts'
import { urlOf } from '../../rules/url-rules.ts'
import type { Variables } from '../../variable.ts'

export const databaseVariables = {
  DATABASE_URL: {
    unset: 'embedded database',
    secret: true,
    description: 'PostgreSQL, as `postgresql://user:password@host:port/name`. Required in production.',
  },
  DIRECT_DATABASE_URL: {
    unset: '`DATABASE_URL`',
    secret: true,
    description:
      'The same database without the connection pooler, for migrations. Set it for the service if and only if `DATABASE_URL` names a pooler (docs/postgresql.md); for the command `migrate` it may have another role. Requires `DATABASE_URL`.',
  },
  DATABASE_POOL_MIN: {
    default: '5',
    unit: 'connections',
    description:
      'Connections to PostgreSQL that are opened at start and kept open, at most `DATABASE_POOL_MAX`. Lost ones are replaced within seconds.',
  },
  DATABASE_POOL_MAX: {
    default: '20',
    unit: 'connections',
    description:
      'Maximum number of connections to PostgreSQL per process, or of all `WORKERS` together, 1 to 1000.',
  },
  DATABASE_PREPARED_STATEMENTS: {
    unset: 'on, off with `DIRECT_DATABASE_URL`',
    description:
      'Prepares frequent statements once per connection, which halves their cost. Requires a direct connection, or a pooler that supports prepared statements, such as PgBouncer 1.21 with `max_prepared_statements`.',
  },
  MIGRATE_ON_START: {
    unset: 'on with the embedded database, else off',
    description: 'Applies pending migrations at start.',
  },
} as const satisfies Variables

export interface DatabaseConfig {
  /** `null`: embedded. */
  readonly url: Secret | null
  /** Without the pooler, for migrations; `null` exactly if url is `null`. */
  readonly directUrl: Secret | null
  readonly poolMin: number
  readonly poolMax: number
  /** Whether frequent statements are prepared. */
  readonly preparesStatements: boolean
  readonly migrateOnStart: boolean
}

/** A pool maximum below the default minimum lowers the minimum. */
export function readDatabase(reader: EnvReader<typeof databaseVariables>): DatabaseConfig {
  const rule = urlOf('postgresql', 'postgres')
  const url = reader.read('DATABASE_URL', rule, null)
  const directUrl = reader.read('DIRECT_DATABASE_URL', rule, null)
  const size = integer(0, 1000)
  const poolMax = reader.readOrDefault('DATABASE_POOL_MAX', integer(1, 1000))
  const poolMin = reader.read(
    'DATABASE_POOL_MIN',
    size,
    Math.min(reader.defaultOf('DATABASE_POOL_MIN', size), poolMax),
  )
  reader.check(
    ['DIRECT_DATABASE_URL', 'DATABASE_URL'],
    directUrl === null || url !== null,
    'requires DATABASE_URL.',
  )
  reader.check(
    ['DATABASE_POOL_MIN', 'DATABASE_POOL_MAX'],
    poolMin <= poolMax,
    `must be at most DATABASE_POOL_MAX (${poolMax}).`,
  )
  const direct = directUrl ?? url
  return {
    url: url === null ? null : new Secret(url),
    directUrl: direct === null ? null : new Secret(direct),
    poolMin,
    poolMax,
    preparesStatements: reader.read('DATABASE_PREPARED_STATEMENTS', flag, directUrl === null),
    migrateOnStart: reader.read('MIGRATE_ON_START', flag, url === null),
  }
}
