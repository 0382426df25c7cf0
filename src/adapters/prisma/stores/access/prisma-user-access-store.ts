import { maxRolesOfUser } from '../../../../domain/access/access-role.ts'
import type { OwnerAccess } from '../../../../domain/access/owner-access.ts'
import type { UserAccessStore } from '../../../../domain/access/user-access-store.ts'
import { Prisma } from '../../generated/client.ts'
import type { Queries } from '../queries.ts'
import { selectOwnerAccess } from './owner-access-rows.ts'

export class PrismaUserAccessStore implements UserAccessStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async findOf(userIds: readonly string[]): Promise<ReadonlyMap<string, OwnerAccess>> {
    const rows = await this.#queries.$queryRaw<{ userId: string; access: OwnerAccess | null }[]>`
      SELECT u.id AS "userId", ${selectOwnerAccess(Prisma.sql`u.id`)} AS access
      FROM unnest(${[...userIds]}::uuid[]) AS u (id)`
    return new Map(rows.flatMap(({ userId, access }) => (access === null ? [] : [[userId, access]])))
  }

  async replace(userId: string, names: readonly string[]): Promise<readonly string[]> {
    const roles = await this.#queries.$queryRaw<{ id: string; name: string }[]>`
      SELECT r.id, r.name FROM access_roles r JOIN users u ON u.id = ${userId}::uuid
      WHERE r.name = ANY(${[...names]}) AND (r.tenant_id IS NULL OR r.tenant_id = u.tenant_id)
      ORDER BY r.id FOR SHARE OF r`
    const known = new Set(roles.map(({ name }) => name))
    const unknown = names.filter((name) => !known.has(name))
    if (unknown.length > 0) return unknown
    const ids = roles.map(({ id }) => id)
    await this.#queries.$executeRaw`
      WITH taken AS (
        DELETE FROM user_access_roles WHERE user_id = ${userId}::uuid AND role_id <> ALL(${ids}::uuid[])
      )
      INSERT INTO user_access_roles (user_id, role_id, tenant_id)
      SELECT u.id, role_id, u.tenant_id FROM users u, unnest(${ids}::uuid[]) AS role_id WHERE u.id = ${userId}::uuid
      ON CONFLICT DO NOTHING`
    return []
  }

  async findDefaults(tenantId: string): Promise<OwnerAccess | null> {
    const [row] = await this.#queries.$queryRaw<OwnerAccess[]>`
      SELECT v.version, json_agg(json_build_object('name', r.name, 'permissions', r.permissions) ORDER BY r.name COLLATE "C") AS roles
      FROM (
        SELECT name, permissions FROM access_roles
        WHERE is_default AND (tenant_id IS NULL OR tenant_id = ${tenantId}::uuid)
        ORDER BY tenant_id NULLS FIRST, name COLLATE "C" LIMIT ${maxRolesOfUser}
      ) r CROSS JOIN access_versions v
      GROUP BY v.version`
    return row ?? null
  }

  /** `held` jumps from one role to the next in the index, so that rows of existing roles are not read. */
  async purge(limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      WITH RECURSIVE held AS (
        (SELECT role_id FROM user_access_roles ORDER BY role_id LIMIT 1)
        UNION ALL
        SELECT (SELECT ur.role_id FROM user_access_roles ur WHERE ur.role_id > held.role_id ORDER BY ur.role_id LIMIT 1)
        FROM held WHERE held.role_id IS NOT NULL
      ), removed AS (
        SELECT role_id FROM held WHERE role_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM access_roles r WHERE r.id = held.role_id)
      )
      DELETE FROM user_access_roles WHERE (user_id, role_id) IN (
        SELECT ur.user_id, ur.role_id FROM user_access_roles ur JOIN removed USING (role_id)
        LIMIT ${limit} FOR UPDATE OF ur SKIP LOCKED
      )`
  }
}
