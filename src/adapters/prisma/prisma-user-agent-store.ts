import type { SharedUserAgent, UserAgentStore } from '../../domain/audit/user-agents.ts'
import type { Queries } from './stores/queries.ts'

/**
 * An event refers to an entry of its own month, and a session to one of the month of its sign-in or a later one. Entries of months
 * before the oldest event and the oldest session are unused.
 */
export class PrismaUserAgentStore implements UserAgentStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async insert({ digest, month, userAgent }: SharedUserAgent): Promise<void> {
    await this.#queries.$executeRaw`
      INSERT INTO user_agents (digest, month, user_agent) VALUES (${digest}::bytea, ${month}::date, ${userAgent})
      ON CONFLICT (digest) DO NOTHING`
  }

  /** A day is left for clocks that differ: ids sort by time, but not exactly. */
  async purge(now: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM user_agents WHERE id IN (
        SELECT id FROM user_agents WHERE month < date_trunc('month', LEAST(${now}::timestamptz,
          (SELECT e.created_at FROM audit_events e ORDER BY e.id LIMIT 1),
          (SELECT s.created_at FROM sessions s ORDER BY s.id LIMIT 1)) AT TIME ZONE 'UTC' - interval '1 day')
        LIMIT ${limit})`
  }
}
