import type { AccessPermission } from '../../../../domain/access/access-permission.ts'
import { type AccessRole, maxRolesOfUser } from '../../../../domain/access/access-role.ts'
import type { AccessStore, AccessUses, RoleCombination } from '../../../../domain/access/access-store.ts'
import { Prisma } from '../../generated/client.ts'
import type { Queries } from '../queries.ts'

/** Key of the advisory lock that changes of permissions and roles take in turn. */
const changesLock = 4_713_002
const maxCounted = 10_000
/** Maximum number of names in an answer. */
const maxNamed = 100
const maxCombinations = 1000
/** So many rows are of more than maxCounted users. */
const maxCountedRows = maxCounted * maxRolesOfUser + 1

/** Columns of an AccessRole; the alias of the table is `r`. */
const roleColumns = Prisma.sql`r.id, r.tenant_id AS "tenantId", r.name, r.description, r.permissions, r.is_default AS "isDefault"`

export class PrismaAccessStore implements AccessStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async lockChanges(): Promise<void> {
    await this.#queries.$executeRaw`SELECT pg_advisory_xact_lock(${changesLock}::bigint)`
  }

  async listPermissions(): Promise<readonly AccessPermission[]> {
    return this.#queries.$queryRaw<AccessPermission[]>`
      SELECT p.name, p.description, p.tenant_grantable AS "tenantGrantable" FROM access_permissions p ORDER BY p.name COLLATE "C"`
  }

  async savePermission({ name, description, tenantGrantable }: AccessPermission, now: Date): Promise<number> {
    await this.#queries.$executeRaw`
      INSERT INTO access_permissions (name, description, tenant_grantable, created_at, updated_at)
      VALUES (${name}, ${description}, ${tenantGrantable}, ${now}::timestamptz, ${now}::timestamptz)
      ON CONFLICT (name) DO UPDATE SET description = EXCLUDED.description, tenant_grantable = EXCLUDED.tenant_grantable,
        updated_at = EXCLUDED.updated_at`
    return tenantGrantable ? 0 : this.#takeFromRoles(name, Prisma.sql`r.tenant_id IS NOT NULL`, now)
  }

  async deletePermission(name: string, now: Date): Promise<boolean> {
    const deleted = await this.#queries.$executeRaw`DELETE FROM access_permissions WHERE name = ${name}`
    if (deleted === 0) return false
    await this.#takeFromRoles(name, Prisma.sql`TRUE`, now)
    await this.#queries.$executeRaw`
      UPDATE api_keys k SET permissions = array_remove(k.permissions, ${name}::text) WHERE k.permissions @> ARRAY[${name}::text]`
    return true
  }

  async listRoles(tenantId: string | null): Promise<readonly AccessRole[]> {
    return this.#queries.$queryRaw<AccessRole[]>`
      SELECT ${roleColumns} FROM access_roles r WHERE r.tenant_id IS NULL OR r.tenant_id = ${tenantId}::uuid
      ORDER BY r.name COLLATE "C"`
  }

  async listAllRoles(): Promise<readonly AccessRole[]> {
    return this.#queries.$queryRaw<AccessRole[]>`
      SELECT ${roleColumns} FROM access_roles r ORDER BY r.name COLLATE "C", r.id`
  }

  async findRolesNamed(name: string): Promise<readonly AccessRole[]> {
    return this.#queries.$queryRaw<AccessRole[]>`
      SELECT ${roleColumns} FROM access_roles r WHERE r.name = ${name} ORDER BY r.tenant_id NULLS FIRST`
  }

  async lockRole(roleId: string): Promise<void> {
    await this.#queries.$executeRaw`SELECT FROM access_roles WHERE id = ${roleId}::uuid FOR UPDATE`
  }

  async listCombinations(
    roleId: string,
    metadataKeys: readonly string[],
  ): Promise<readonly RoleCombination[]> {
    const keys = [...metadataKeys]
    const members =
      keys.length === 0
        ? Prisma.sql`'{}'::jsonb`
        : Prisma.sql`(SELECT coalesce(jsonb_object_agg(m.key, m.value), '{}') FROM users u, jsonb_each(u.metadata) AS m
            WHERE u.id = h.user_id AND m.key = ANY(${keys}::text[]))`
    return this.#queries.$queryRaw<RoleCombination[]>`
      SELECT coalesce((SELECT json_agg(json_build_object('name', r.name, 'permissions', r.permissions))
        FROM access_roles r WHERE r.id = ANY(sets.ids)), '[]') AS roles, sets.metadata
      FROM (
        SELECT ids, (array_agg(metadata ORDER BY length(metadata::text) DESC))[1] AS metadata
        FROM (
          SELECT ARRAY(SELECT o.role_id FROM user_access_roles o
            WHERE o.user_id = h.user_id AND o.role_id <> ${roleId}::uuid ORDER BY o.role_id) AS ids, ${members} AS metadata
          FROM (SELECT user_id FROM user_access_roles WHERE role_id = ${roleId}::uuid LIMIT ${maxCounted}) AS h
        ) AS holders
        GROUP BY ids LIMIT ${maxCombinations}
      ) AS sets`
  }

  async saveRole({ id, tenantId, name, description, permissions, isDefault }: AccessRole, now: Date) {
    const names = [...permissions].sort()
    await this.#queries.$executeRaw`
      INSERT INTO access_roles (id, tenant_id, name, description, permissions, is_default, created_at, updated_at)
      VALUES (${id}::uuid, ${tenantId}::uuid, ${name}, ${description}, ${names}::text[], ${isDefault},
        ${now}::timestamptz, ${now}::timestamptz)
      ON CONFLICT (id) DO UPDATE SET description = EXCLUDED.description, permissions = EXCLUDED.permissions,
        is_default = EXCLUDED.is_default, updated_at = EXCLUDED.updated_at`
  }

  async deleteRole(roleId: string): Promise<void> {
    await this.#queries.$executeRaw`DELETE FROM access_roles WHERE id = ${roleId}::uuid`
  }

  async countHolders(roleIds: readonly string[], tenantId: string | null) {
    const inTenant = tenantId === null ? Prisma.sql`TRUE` : Prisma.sql`h.tenant_id = ${tenantId}::uuid`
    const rows = await this.#queries.$queryRaw<{ id: string; holders: number }[]>`
      SELECT r.id, (SELECT count(*) FROM (
          SELECT FROM user_access_roles h WHERE h.role_id = r.id AND ${inTenant} LIMIT ${maxCounted + 1}
        ) AS counted)::int AS holders
      FROM unnest(${[...roleIds]}::uuid[]) AS r (id)`
    return new Map(rows.map(({ id, holders }) => [id, bounded(holders)]))
  }

  async usesOfPermission(name: string, now: Date): Promise<AccessUses> {
    const [uses] = await this.#queries.$queryRaw<{ roles: string[]; users: number; apiKeys: number }[]>`
      WITH granting AS (SELECT r.id, r.name FROM access_roles r WHERE r.permissions @> ARRAY[${name}::text])
      SELECT ARRAY(SELECT DISTINCT g.name COLLATE "C" FROM granting g ORDER BY 1 LIMIT ${maxNamed}) AS roles,
        (SELECT count(DISTINCT counted.user_id) FROM (
          SELECT h.user_id FROM user_access_roles h WHERE h.role_id IN (SELECT g.id FROM granting g) LIMIT ${maxCountedRows}
        ) AS counted)::int AS users,
        (SELECT count(*) FROM api_keys k WHERE k.permissions @> ARRAY[${name}::text] AND k.revoked_at IS NULL
          AND (k.expires_at IS NULL OR k.expires_at > ${now}::timestamptz))::int AS "apiKeys"`
    if (uses === undefined) throw new Error('The database returned no counts.')
    return { ...uses, users: bounded(uses.users) }
  }

  async raiseVersion(): Promise<number> {
    const [row] = await this.#queries.$queryRaw<{ version: number }[]>`
      INSERT INTO access_versions (id, version) VALUES (1, 1)
      ON CONFLICT (id) DO UPDATE SET version = access_versions.version + 1 RETURNING version`
    if (row === undefined) throw new Error('The database returned no version.')
    return row.version
  }

  #takeFromRoles(name: string, which: Prisma.Sql, now: Date): Promise<number> {
    return this.#queries.$executeRaw`
      UPDATE access_roles r SET permissions = array_remove(r.permissions, ${name}::text), updated_at = ${now}::timestamptz
      WHERE ${which} AND r.permissions @> ARRAY[${name}::text]`
  }
}

function bounded(count: number): number | null {
  return count > maxCounted ? null : count
}
