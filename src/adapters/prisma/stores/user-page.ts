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
 * A prefix is looked up first, which OFFSET 0 sees to: the planner cannot know how few have it, and would read a whole
 * tenant in the order of ids to find nobody. `^@` knows no wildcards.
 */
function candidates({ prefix }: UserQuery): Prisma.Sql {
  if (prefix === null) return Prisma.sql`users`
  return Prisma.sql`(SELECT * FROM users u WHERE u.email ^@ ${prefix} OR u.username_key ^@ ${prefix} OFFSET 0)`
}

/** What the partial indexes are about stands here word for word. */
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
