import type { UserQuery } from '../../../../domain/users/user-store.ts'
import type { StorePage } from '../../../../lib/collections/store-page.ts'
import { Prisma } from '../../generated/client.ts'
import { selectPage } from '../keyset-page.ts'
import { userColumns } from './user-rows.ts'

/** One page of the users that match a query. Exported for tests of its query plan. */
export function selectUserPage(query: UserQuery, page: StorePage, now: Date): Prisma.Sql {
  const from = Prisma.sql`${candidates(query)}`
  return selectPage({ columns: userColumns, from, where: matches(query, now), id: idOf(query) }, page)
}

/** The FROM and WHERE of the users that match a query, under the name `u`. */
export function matchingUsers(query: UserQuery, now: Date): Prisma.Sql {
  return Prisma.sql`${candidates(query)} WHERE ${matches(query, now)}`
}

/**
 * Users of the tenant whose address or username begins with the prefix. OFFSET 0 forces this look-up to run first: the planner cannot
 * know how few users match, and would otherwise read a whole tenant in id order. The tenant is part of the look-up, so that the users of
 * other tenants neither prolong it nor show in its time. `^@` treats no character as a wildcard. The holders of a role are found by the
 * index that sorts them by id.
 */
function candidates({ tenantId, prefix, accessRole }: UserQuery): Prisma.Sql {
  const users =
    prefix === null
      ? Prisma.sql`users u`
      : Prisma.sql`(SELECT * FROM users u WHERE u.tenant_id = ${tenantId}::uuid
          AND (u.email ^@ ${prefix} OR u.username_key ^@ ${prefix}) OFFSET 0) u`
  return accessRole === null ? users : Prisma.sql`${users} JOIN user_access_roles held ON held.user_id = u.id`
}

/** The id by which the page is sorted. */
function idOf({ accessRole }: UserQuery): Prisma.Sql {
  return accessRole === null ? Prisma.sql`u.id` : Prisma.sql`held.user_id`
}

/** The conditions must repeat the predicates of the partial indexes literally. */
function matches(query: UserQuery, now: Date): Prisma.Sql {
  const { tenantId, role, accessRole, active, locked, emailVerified } = query
  const conditions = [Prisma.sql`u.tenant_id = ${tenantId}::uuid`]
  if (role !== null) conditions.push(Prisma.sql`u.role = ${role}::user_role`)
  if (accessRole !== null) conditions.push(holds(accessRole, tenantId))
  if (active !== null) conditions.push(active ? Prisma.sql`u.active` : Prisma.sql`NOT u.active`)
  if (locked !== null) conditions.push(locked ? isLocked(now) : Prisma.sql`NOT ${isLocked(now)}`)
  if (emailVerified !== null) {
    conditions.push(
      emailVerified ? Prisma.sql`u.email_verified_at IS NOT NULL` : Prisma.sql`u.email_verified_at IS NULL`,
    )
  }
  return Prisma.join(conditions, ' AND ')
}

/** One role at most has a name that a tenant sees. */
function holds(name: string, tenantId: string): Prisma.Sql {
  const role = Prisma.sql`SELECT r.id FROM access_roles r
    WHERE r.name = ${name} AND (r.tenant_id IS NULL OR r.tenant_id = ${tenantId}::uuid) LIMIT 1`
  return Prisma.sql`held.tenant_id = ${tenantId}::uuid AND held.role_id = (${role})`
}

function isLocked(now: Date): Prisma.Sql {
  return Prisma.sql`(u.locked_at IS NOT NULL AND (u.locked_until IS NULL OR u.locked_until > ${now}::timestamptz))`
}
