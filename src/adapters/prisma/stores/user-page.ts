import type { UserQuery } from '../../../domain/users/user-store.ts'
import type { StorePage } from '../../../lib/store-page.ts'
import { Prisma } from '../generated/client.ts'
import { selectPage } from './keyset-page.ts'
import { userColumns } from './user-rows.ts'

/** One page of the users that match a query. Exported for tests of its query plan. */
export function selectUserPage(query: UserQuery, page: StorePage, now: Date): Prisma.Sql {
  const from = Prisma.sql`${candidates(query)} u`
  return selectPage({ columns: userColumns, from, where: matches(query, now), id: Prisma.sql`u.id` }, page)
}

/** The FROM and WHERE of the users that match a query, under the name `u`. */
export function matchingUsers(query: UserQuery, now: Date): Prisma.Sql {
  return Prisma.sql`${candidates(query)} u WHERE ${matches(query, now)}`
}

/**
 * Users whose address or username begins with the prefix. OFFSET 0 forces this look-up to run first: the planner cannot
 * know how few users match, and would otherwise read a whole tenant in id order. `^@` treats no character as a wildcard.
 */
function candidates({ prefix }: UserQuery): Prisma.Sql {
  if (prefix === null) return Prisma.sql`users`
  return Prisma.sql`(SELECT * FROM users u WHERE u.email ^@ ${prefix} OR u.username_key ^@ ${prefix} OFFSET 0)`
}

/** The conditions must repeat the predicates of the partial indexes literally. */
function matches(query: UserQuery, now: Date): Prisma.Sql {
  const { tenantId, role, active, locked, emailVerified } = query
  const conditions = [Prisma.sql`u.tenant_id = ${tenantId}::uuid`]
  if (role !== null) conditions.push(Prisma.sql`u.role = ${role}::user_role`)
  if (active !== null) conditions.push(active ? Prisma.sql`u.active` : Prisma.sql`NOT u.active`)
  if (locked !== null) conditions.push(locked ? isLocked(now) : Prisma.sql`NOT ${isLocked(now)}`)
  if (emailVerified !== null) {
    conditions.push(
      emailVerified ? Prisma.sql`u.email_verified_at IS NOT NULL` : Prisma.sql`u.email_verified_at IS NULL`,
    )
  }
  return Prisma.join(conditions, ' AND ')
}

function isLocked(now: Date): Prisma.Sql {
  return Prisma.sql`(u.locked_at IS NOT NULL AND (u.locked_until IS NULL OR u.locked_until > ${now}::timestamptz))`
}
