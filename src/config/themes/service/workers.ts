import type { HashingSettings } from '../../../domain/passwords/hashing-settings.ts'
import type { EnvReader } from '../../env-reader.ts'
import { integer } from '../../rules/number-rules.ts'
import type { Rule } from '../../rules/rule.ts'
import type { Variables } from '../../variable.ts'
import type { DatabaseConfig, databaseVariables } from '../storage/database.ts'
import type { RedisConfig, redisVariables } from '../storage/redis.ts'

export const workerVariables = {
  WORKERS: {
    default: '1',
    description:
      'Number of processes that serve one `PORT`, 1 to 64, or `auto` for one per core (`docs/scale.md`). More than 1 requires `DATABASE_URL` and `REDIS_URL`. They divide `DATABASE_POOL_MAX`, `DATABASE_POOL_MIN` and `HASH_CONCURRENCY` among them, at least 1 each. SIGUSR2 replaces them one by one.',
  },
} as const satisfies Variables

const maxWorkers = 64

/** @param cpus cores of this machine, the value of `auto` */
export function readWorkers(
  reader: EnvReader<typeof workerVariables & typeof databaseVariables & typeof redisVariables>,
  cpus: number,
  { database, redis }: { readonly database: DatabaseConfig; readonly redis: RedisConfig | null },
): number {
  const workers = reader.readOrDefault('WORKERS', workerCount(cpus))
  const required = 'is required if WORKERS is more than 1.'
  reader.check(['DATABASE_URL', 'WORKERS'], workers === 1 || database.url !== null, required)
  reader.check(['REDIS_URL', 'WORKERS'], workers === 1 || redis !== null, required)
  return workers
}

/** The part of the pool of one worker. */
export function shareOfDatabase(database: DatabaseConfig, workers: number): DatabaseConfig {
  const poolMax = shareOf(database.poolMax, workers)
  return { ...database, poolMax, poolMin: Math.min(Math.ceil(database.poolMin / workers), poolMax) }
}

/** The part of the hash budget of one worker. */
export function shareOfHashing(hashing: HashingSettings, workers: number): HashingSettings {
  return { ...hashing, concurrency: shareOf(hashing.concurrency, workers) }
}

function shareOf(total: number, workers: number): number {
  return Math.max(1, Math.floor(total / workers))
}

function workerCount(cpus: number): Rule<number> {
  const count = integer(1, maxWorkers)
  return {
    expected: `auto or ${count.expected}`,
    parse: (text) => (text === 'auto' ? Math.min(cpus, maxWorkers) : count.parse(text)),
  }
}
