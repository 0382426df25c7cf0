import { type AuditEventType, auditEventTypes } from '../../../../domain/audit/audit-event.ts'
import type { AuditFilter } from '../../../../domain/audit/audit-store.ts'
import { defaultTenantSlug } from '../../../../domain/tenants/tenant.ts'
import type { StorePage } from '../../../../lib/collections/store-page.ts'
import { boundsOf, fourHours, type IdSpan, instant, minute } from '../../audit-bounds.ts'
import { Prisma } from '../../generated/client.ts'
import { pageDirection } from '../keyset-page.ts'
import { auditColumns } from './audit-rows.ts'

/**
 * One page of events. Every combination of filters scans one index in the order of the page and stops when the page is
 * full, even if the matching events are rare or old. The index contains spans of time (`audit-bounds.ts`) instead of ids: the
 * events of one span are sorted as they are read. A filter by types alone scans the index once for each type and
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
  const others = types.filter((type) => type !== mostFrequent)
  const byType = Prisma.sql`
    SELECT e.* FROM unnest(${others}::text[]) AS requested(type) CROSS JOIN LATERAL (${scanByType(filter, page)}) AS e`
  if (others.length === types.length) return merge(byType, page)
  const frequent = scanByTenant({ ...filter, types: [mostFrequent] }, page)
  return others.length === 0
    ? merge(frequent, page)
    : merge(Prisma.sql`${frequent} UNION ALL (${byType})`, page)
}

/** Most events have this type, so the index of types leaves it out, and a page of it is filled from the index of tenants. */
const mostFrequent: AuditEventType = 'TOKEN_REFRESHED'

function merge(scans: Prisma.Sql, page: StorePage): Prisma.Sql {
  return Prisma.sql`SELECT e.* FROM (${scans}) AS e ORDER BY e.id ${pageDirection(page)} LIMIT ${page.limit}`
}

function scanByUser(filter: AuditFilter, userId: string, page: StorePage): Prisma.Sql {
  const own = Prisma.sql`e.user_id = ANY(ARRAY[${userId}::uuid])
    AND (e.tenant_id = ${filter.tenantId}::uuid OR e.tenant_id IS NULL)`
  return scan(
    [own, ...typesOf(filter), ...addressOf(filter), ...boundsOf(filter, page, fourHours)],
    { columns: [Prisma.sql`e.user_id`], span: fourHours },
    page,
  )
}

function scanByAddress(filter: AuditFilter, address: string, page: StorePage): Prisma.Sql {
  const own = [
    Prisma.sql`e.ip_address = ANY(ARRAY[${address}::inet])`,
    ...typesOf(filter),
    ...boundsOf(filter, page, minute),
  ]
  const tenant = Prisma.sql`e.tenant_id = ${filter.tenantId}::uuid`
  return withTenantless(filter, page, own, tenant, { columns: [Prisma.sql`e.ip_address`], span: minute })
}

function scanByType(filter: AuditFilter, page: StorePage): Prisma.Sql {
  // The condition of the index is repeated literally.
  const own = [
    Prisma.sql`e.type = ANY(ARRAY[requested.type]) AND e.type <> 'TOKEN_REFRESHED'`,
    ...boundsOf(filter, page, instant),
  ]
  const tenant = Prisma.sql`e.tenant_id = ${filter.tenantId}::uuid`
  return withTenantless(filter, page, own, tenant, { columns: [Prisma.sql`e.type`], span: instant })
}

function scanByTenant(filter: AuditFilter, page: StorePage): Prisma.Sql {
  // A time range bounds every index equally well, so the planner may choose one.
  const bounded = filter.from !== null || filter.to !== null
  const tenant = bounded
    ? Prisma.sql`e.tenant_id = ${filter.tenantId}::uuid`
    : Prisma.sql`e.tenant_id = ANY(ARRAY[${filter.tenantId}::uuid])`
  const own = [...typesOf(filter), ...boundsOf(filter, page, instant)]
  return withTenantless(filter, page, own, tenant, { columns: [], span: instant })
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
  index: AuditIndex,
): Prisma.Sql {
  const isDefault = Prisma.sql`EXISTS (
    SELECT 1 FROM tenants t WHERE t.id = ${tenantId}::uuid AND t.slug = ${defaultTenantSlug})`
  const ordered = { ...index, columns: [...index.columns, Prisma.sql`e.tenant_id`] }
  const own = scan([...conditions, tenant], ordered, page)
  const tenantless = scan([...conditions, Prisma.sql`e.tenant_id IS NULL`, isDefault], ordered, page)
  return Prisma.sql`(${own}) UNION ALL (${tenantless})`
}

/** The columns of an index that have a single value in a scan, and the span of time that follows them. */
interface AuditIndex {
  readonly columns: readonly Prisma.Sql[]
  readonly span: IdSpan
}

/** Scans one index. Its columns and the span precede the id in ORDER BY. */
function scan(conditions: readonly Prisma.Sql[], { columns, span }: AuditIndex, page: StorePage): Prisma.Sql {
  const direction = pageDirection(page)
  const order = [...columns, span(Prisma.sql`e.id`), Prisma.sql`e.id`].map(
    (key) => Prisma.sql`${key} ${direction}`,
  )
  return Prisma.sql`SELECT ${auditColumns} FROM audit_events e WHERE ${Prisma.join([...conditions], ' AND ')}
    ORDER BY ${Prisma.join(order)} LIMIT ${page.limit}`
}

/** Types that only a newer version knows are left out. */
function typesOf({ types }: AuditFilter): readonly Prisma.Sql[] {
  return [Prisma.sql`e.type = ANY(${[...(types ?? auditEventTypes)]}::text[])`]
}

function addressOf({ ipAddress }: AuditFilter): readonly Prisma.Sql[] {
  return ipAddress === null ? [] : [Prisma.sql`e.ip_address = ${ipAddress}::inet`]
}
