import type { Config } from '../../config/config.ts'
import type { DatabaseFacts } from '../../infrastructure/doctor-probes.ts'
import { counted } from '../counted.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

const check = 'connections'

/** Compares the pools of all processes with what the server grants. */
export function checkConnections(
  { database: { poolMax }, replicas }: Pick<Config, 'database' | 'replicas'>,
  facts: DatabaseFacts,
  isPooled: boolean,
): Finding {
  const needed = replicas * poolMax
  if (isPooled)
    return ok(
      check,
      `${counted(needed, 'connection')} of ${counted(replicas, 'process', 'processes')} can reach the pooler, whose max_client_conn and default_pool_size apply.`,
    )
  const limits = [
    facts.maxConnections - facts.reservedConnections,
    ...[facts.roleLimit, facts.databaseLimit].filter((limit) => limit >= 0),
  ]
  const granted = Math.min(...limits)
  const each = `${counted(poolMax, 'connection')} each (DATABASE_POOL_MAX / WORKERS)`
  const sum = `Needed by ${counted(replicas, 'process', 'processes')} (REPLICAS × WORKERS) with up to ${each}: ${needed}. The server grants ${granted} to this role.`
  const advice =
    'Lower DATABASE_POOL_MAX, raise max_connections, or put PgBouncer in front (docs/postgresql.md).'
  if (needed > granted) return failure(check, sum, advice)
  if (needed + poolMax > granted)
    return warning(check, `${sum} A rolling update, which runs one more process, exceeds it.`, advice)
  return ok(check, sum)
}
