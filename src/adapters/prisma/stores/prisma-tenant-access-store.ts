import type {
  EndedBatch,
  EndedTenant,
  TenantAccessStore,
} from '../../../domain/tenants/tenant-access-store.ts'
import type { Queries } from './queries.ts'

export class PrismaTenantAccessStore implements TenantAccessStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async listUnended(): Promise<readonly EndedTenant[]> {
    return this.#queries.$queryRaw<EndedTenant[]>`
      SELECT t.id, t.access_from AS "accessFrom",
        CASE WHEN t.active THEN 'REVOKED_BY_ADMINISTRATOR' ELSE 'TENANT_DEACTIVATED' END AS reason FROM tenants t
      WHERE t.access_from IS NOT NULL AND t.access_ended_until IS DISTINCT FROM t.access_from ORDER BY t.id LIMIT 100`
  }

  async endBatch(
    { id, accessFrom, reason }: EndedTenant,
    afterUserId: string | null,
    limit: number,
  ): Promise<EndedBatch> {
    const [batch] = await this.#queries.$queryRaw<(EndedBatch & { users: number })[]>`
      WITH batch AS (
        SELECT u.id FROM users u
        WHERE u.tenant_id = ${id}::uuid AND (${afterUserId}::uuid IS NULL OR u.id < ${afterUserId}::uuid)
        ORDER BY u.id DESC LIMIT ${limit}
      ), sessions_ended AS (
        UPDATE sessions s SET revoked_at = ${accessFrom}::timestamptz, revoked_reason = ${reason}
        FROM batch b WHERE s.user_id = b.id AND s.revoked_at IS NULL AND s.created_at < ${accessFrom}::timestamptz
          AND s.idle_expires_at > ${accessFrom}::timestamptz AND s.expires_at > ${accessFrom}::timestamptz
        RETURNING s.id
      ), keys_ended AS (
        UPDATE api_keys k SET revoked_at = ${accessFrom}::timestamptz
        FROM batch b WHERE k.user_id = b.id AND k.revoked_at IS NULL AND k.created_at < ${accessFrom}::timestamptz
        RETURNING k.id
      ), devices_forgotten AS (
        DELETE FROM remembered_devices d USING batch b
        WHERE d.user_id = b.id AND d.created_at < ${accessFrom}::timestamptz RETURNING d.id
      )
      SELECT (SELECT count(*)::int FROM batch) AS users, (SELECT b.id FROM batch b ORDER BY b.id LIMIT 1) AS "lastUserId",
        (SELECT count(*)::int FROM sessions_ended) AS sessions,
        ((SELECT count(*) FROM sessions_ended) + (SELECT count(*) FROM keys_ended)
          + (SELECT count(*) FROM devices_forgotten))::int AS rows`
    const { rows = 0, sessions = 0, users = 0, lastUserId = null } = batch ?? {}
    return { rows, sessions, lastUserId: users < limit ? null : lastUserId }
  }

  async markEnded({ id, accessFrom }: EndedTenant): Promise<void> {
    await this.#queries.$executeRaw`
      UPDATE tenants SET access_ended_until = ${accessFrom}::timestamptz WHERE id = ${id}::uuid`
  }
}
