import { auditEventTypes } from '../../../domain/audit/audit-event.ts'
import type { AuditFilter, AuditPage } from '../../../domain/audit/audit-store.ts'
import { defaultTenantSlug } from '../../../domain/tenants/tenant.ts'
import { lowestUuidAt } from '../../../lib/uuid.ts'
import { Prisma } from '../generated/client.ts'
import { auditColumns } from './audit-rows.ts'

/** As far as the time in an id may be off the time in the row, when a clock is set. */
const slackMs = 60_000

/**
 * One page of events. Each combination of filters walks one index in the order of the page and stops at its end, however
 * rare what it looks for is, and however long ago it happened: one walk for each type, where types alone are asked for,
 * and their merge. The planner would rather walk the primary key, hoping to come across the events soon; so the first
 * column of the index is compared with a list of one, which is no constant to it, and is part of the order.
 */
export function selectAuditPage(filter: AuditFilter, page: AuditPage): Prisma.Sql {
  const { userId, types, ipAddress } = filter
  if (userId !== null) return merge(walksOfUser(filter, userId, page), page)
  if (ipAddress !== null) return merge(walksOfAddress(filter, ipAddress, page), page)
  if (types === null) return merge(walksOfTenant(filter, page), page)
  return Prisma.sql`
    SELECT e.* FROM unnest(${types}::text[]) AS wanted(type) CROSS JOIN LATERAL (${walksOfType(filter, page)}) AS e
    ORDER BY e.id ${direction(page)} LIMIT ${page.limit}`
}

function merge(walks: Prisma.Sql, page: AuditPage): Prisma.Sql {
  return Prisma.sql`SELECT e.* FROM (${walks}) AS e ORDER BY e.id ${direction(page)} LIMIT ${page.limit}`
}

function walksOfUser(filter: AuditFilter, userId: string, page: AuditPage): Prisma.Sql {
  const own = Prisma.sql`e.user_id = ANY(ARRAY[${userId}::uuid])
    AND (e.tenant_id = ${filter.tenantId}::uuid OR e.tenant_id IS NULL)`
  return walk(
    [own, ...typesOf(filter), ...addressOf(filter), ...boundsOf(filter, page)],
    [Prisma.sql`e.user_id`],
    page,
  )
}

function walksOfAddress(filter: AuditFilter, address: string, page: AuditPage): Prisma.Sql {
  const own = [
    Prisma.sql`e.ip_address = ANY(ARRAY[${address}::inet])`,
    ...typesOf(filter),
    ...boundsOf(filter, page),
  ]
  const tenant = Prisma.sql`e.tenant_id = ${filter.tenantId}::uuid`
  return withNobodys(filter, page, own, tenant, [Prisma.sql`e.ip_address`])
}

function walksOfType(filter: AuditFilter, page: AuditPage): Prisma.Sql {
  const own = [Prisma.sql`e.type = ANY(ARRAY[wanted.type])`, ...boundsOf(filter, page)]
  const tenant = Prisma.sql`e.tenant_id = ${filter.tenantId}::uuid`
  return withNobodys(filter, page, own, tenant, [Prisma.sql`e.type`])
}

function walksOfTenant(filter: AuditFilter, page: AuditPage): Prisma.Sql {
  // A span of time bounds every index alike: the planner may choose.
  const bounded = filter.from !== null || filter.to !== null
  const tenant = bounded
    ? Prisma.sql`e.tenant_id = ${filter.tenantId}::uuid`
    : Prisma.sql`e.tenant_id = ANY(ARRAY[${filter.tenantId}::uuid])`
  return withNobodys(filter, page, [...typesOf(filter), ...boundsOf(filter, page)], tenant, [])
}

/**
 * Events of no tenant are shown to the default one. They are a walk of their own: of `tenant_id IS NULL` the planner
 * does not know that it leaves one value, so the order has to name the column.
 */
function withNobodys(
  { tenantId }: AuditFilter,
  page: AuditPage,
  conditions: readonly Prisma.Sql[],
  tenant: Prisma.Sql,
  order: readonly Prisma.Sql[],
): Prisma.Sql {
  const isDefault = Prisma.sql`EXISTS (
    SELECT 1 FROM tenants t WHERE t.id = ${tenantId}::uuid AND t.slug = ${defaultTenantSlug})`
  const ordered = [...order, Prisma.sql`e.tenant_id`]
  const own = walk([...conditions, tenant], ordered, page)
  const nobodys = walk([...conditions, Prisma.sql`e.tenant_id IS NULL`, isDefault], ordered, page)
  return Prisma.sql`(${own}) UNION ALL (${nobodys})`
}

/** @param order columns that have one value and stand before the id */
function walk(conditions: readonly Prisma.Sql[], order: readonly Prisma.Sql[], page: AuditPage): Prisma.Sql {
  const towards = direction(page)
  const columns = [...order, Prisma.sql`e.id`].map((column) => Prisma.sql`${column} ${towards}`)
  return Prisma.sql`SELECT ${auditColumns} FROM audit_events e WHERE ${Prisma.join([...conditions], ' AND ')}
    ORDER BY ${Prisma.join(columns)} LIMIT ${page.limit}`
}

/** Kinds that only a newer version knows are left out. */
function typesOf({ types }: AuditFilter): readonly Prisma.Sql[] {
  return [Prisma.sql`e.type = ANY(${[...(types ?? auditEventTypes)]}::text[])`]
}

function addressOf({ ipAddress }: AuditFilter): readonly Prisma.Sql[] {
  return ipAddress === null ? [] : [Prisma.sql`e.ip_address = ${ipAddress}::inet`]
}

/** Ids sort by time, so that a span of time is a span of the index; the rows' own times make it exact. */
function boundsOf({ from, to }: AuditFilter, { after, before }: AuditPage): readonly Prisma.Sql[] {
  const earliest = from === null ? null : lowestUuidAt(new Date(from.getTime() - slackMs))
  const latest = to === null ? null : lowestUuidAt(new Date(to.getTime() + slackMs))
  return [
    ...(after === null ? [] : [Prisma.sql`e.id < ${after}::uuid`]),
    ...(before === null ? [] : [Prisma.sql`e.id > ${before}::uuid`]),
    ...(from === null
      ? []
      : [Prisma.sql`e.id >= ${earliest}::uuid AND e.created_at >= ${from}::timestamptz`]),
    ...(to === null ? [] : [Prisma.sql`e.id < ${latest}::uuid AND e.created_at <= ${to}::timestamptz`]),
  ]
}

function direction(page: AuditPage): Prisma.Sql {
  return page.from === 'newest' ? Prisma.sql`DESC` : Prisma.sql`ASC`
}
