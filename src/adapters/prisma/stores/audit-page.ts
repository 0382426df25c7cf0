import { auditEventTypes } from '../../../domain/audit/audit-event.ts'
import type { AuditFilter } from '../../../domain/audit/audit-store.ts'
import { defaultTenantSlug } from '../../../domain/tenants/tenant.ts'
import type { StorePage } from '../../../lib/store-page.ts'
import { lowestUuidAt } from '../../../lib/uuid.ts'
import { Prisma } from '../generated/client.ts'
import { auditColumns } from './audit-rows.ts'
import { cursorConditions, pageDirection } from './keyset-page.ts'

/** Maximum difference between the time in an id and `created_at`; a clock adjustment causes one. */
const maxSkewMs = 60_000

/**
 * One page of events. Every combination of filters scans one index in the order of the page and stops when the page is
 * full, even if the matching events are rare or old. A filter by types alone scans the index once for each type and
 * merges the results.
 *
 * Without help the planner scans the primary key, because it expects to find matching events early. To prevent this, the
 * first column of the index is compared with an array of one element, which the planner does not treat as a constant,
 * and that column is part of ORDER BY.
 */
export function selectAuditPage(filter: AuditFilter, page: StorePage): Prisma.Sql {
  const { userId, types, ipAddress } = filter
  if (userId !== null) return merge(scanByUser(filter, userId, page), page)
  if (ipAddress !== null) return merge(scanByAddress(filter, ipAddress, page), page)
  if (types === null) return merge(scanByTenant(filter, page), page)
  return Prisma.sql`
    SELECT e.* FROM unnest(${types}::text[]) AS requested(type) CROSS JOIN LATERAL (${scanByType(filter, page)}) AS e
    ORDER BY e.id ${pageDirection(page)} LIMIT ${page.limit}`
}

function merge(scans: Prisma.Sql, page: StorePage): Prisma.Sql {
  return Prisma.sql`SELECT e.* FROM (${scans}) AS e ORDER BY e.id ${pageDirection(page)} LIMIT ${page.limit}`
}

function scanByUser(filter: AuditFilter, userId: string, page: StorePage): Prisma.Sql {
  const own = Prisma.sql`e.user_id = ANY(ARRAY[${userId}::uuid])
    AND (e.tenant_id = ${filter.tenantId}::uuid OR e.tenant_id IS NULL)`
  return scan(
    [own, ...typesOf(filter), ...addressOf(filter), ...boundsOf(filter, page)],
    [Prisma.sql`e.user_id`],
    page,
  )
}

function scanByAddress(filter: AuditFilter, address: string, page: StorePage): Prisma.Sql {
  const own = [
    Prisma.sql`e.ip_address = ANY(ARRAY[${address}::inet])`,
    ...typesOf(filter),
    ...boundsOf(filter, page),
  ]
  const tenant = Prisma.sql`e.tenant_id = ${filter.tenantId}::uuid`
  return withTenantless(filter, page, own, tenant, [Prisma.sql`e.ip_address`])
}

function scanByType(filter: AuditFilter, page: StorePage): Prisma.Sql {
  const own = [Prisma.sql`e.type = ANY(ARRAY[requested.type])`, ...boundsOf(filter, page)]
  const tenant = Prisma.sql`e.tenant_id = ${filter.tenantId}::uuid`
  return withTenantless(filter, page, own, tenant, [Prisma.sql`e.type`])
}

function scanByTenant(filter: AuditFilter, page: StorePage): Prisma.Sql {
  // A time range bounds every index equally well, so the planner may choose one.
  const bounded = filter.from !== null || filter.to !== null
  const tenant = bounded
    ? Prisma.sql`e.tenant_id = ${filter.tenantId}::uuid`
    : Prisma.sql`e.tenant_id = ANY(ARRAY[${filter.tenantId}::uuid])`
  return withTenantless(filter, page, [...typesOf(filter), ...boundsOf(filter, page)], tenant, [])
}

/**
 * Adds the events without a tenant, which belong to the default tenant. They need a separate scan: the planner does not
 * recognise that `tenant_id IS NULL` leaves a single value, so ORDER BY has to contain the column.
 */
function withTenantless(
  { tenantId }: AuditFilter,
  page: StorePage,
  conditions: readonly Prisma.Sql[],
  tenant: Prisma.Sql,
  order: readonly Prisma.Sql[],
): Prisma.Sql {
  const isDefault = Prisma.sql`EXISTS (
    SELECT 1 FROM tenants t WHERE t.id = ${tenantId}::uuid AND t.slug = ${defaultTenantSlug})`
  const ordered = [...order, Prisma.sql`e.tenant_id`]
  const own = scan([...conditions, tenant], ordered, page)
  const tenantless = scan([...conditions, Prisma.sql`e.tenant_id IS NULL`, isDefault], ordered, page)
  return Prisma.sql`(${own}) UNION ALL (${tenantless})`
}

/** Scans one index. `order`: columns with a single value that precede the id in ORDER BY. */
function scan(conditions: readonly Prisma.Sql[], order: readonly Prisma.Sql[], page: StorePage): Prisma.Sql {
  const direction = pageDirection(page)
  const columns = [...order, Prisma.sql`e.id`].map((column) => Prisma.sql`${column} ${direction}`)
  return Prisma.sql`SELECT ${auditColumns} FROM audit_events e WHERE ${Prisma.join([...conditions], ' AND ')}
    ORDER BY ${Prisma.join(columns)} LIMIT ${page.limit}`
}

/** Types that only a newer version knows are left out. */
function typesOf({ types }: AuditFilter): readonly Prisma.Sql[] {
  return [Prisma.sql`e.type = ANY(${[...(types ?? auditEventTypes)]}::text[])`]
}

function addressOf({ ipAddress }: AuditFilter): readonly Prisma.Sql[] {
  return ipAddress === null ? [] : [Prisma.sql`e.ip_address = ${ipAddress}::inet`]
}

/** Ids sort by time, so a time range is a range of the index. The condition on `created_at` makes it exact. */
function boundsOf({ from, to }: AuditFilter, page: StorePage): readonly Prisma.Sql[] {
  const earliest = from === null ? null : lowestUuidAt(new Date(from.getTime() - maxSkewMs))
  const latest = to === null ? null : lowestUuidAt(new Date(to.getTime() + maxSkewMs))
  return [
    ...cursorConditions(page, Prisma.sql`e.id`),
    ...(from === null
      ? []
      : [Prisma.sql`e.id >= ${earliest}::uuid AND e.created_at >= ${from}::timestamptz`]),
    ...(to === null ? [] : [Prisma.sql`e.id < ${latest}::uuid AND e.created_at <= ${to}::timestamptz`]),
  ]
}
