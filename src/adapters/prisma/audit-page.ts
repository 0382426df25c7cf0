import { auditEventTypes } from '../../domain/audit/audit-event.ts'
import type { AuditFilter, AuditPage } from '../../domain/audit/audit-store.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import { lowestUuidAt } from '../../lib/uuid.ts'
import { auditColumns } from './audit-rows.ts'
import { Prisma } from './generated/client.ts'

/** As far as the time in an id may be off the time in the row, when a clock is set. */
const SLACK_MS = 60_000

/**
 * One page of events. Each combination of filters walks one index in the order of the page and stops at its end, however
 * rare what it looks for is: one walk for each type, where types alone are asked for, and their merge.
 */
export function selectAuditPage(filter: AuditFilter, page: AuditPage): Prisma.Sql {
  const { userId, types, ipAddress } = filter
  if (userId !== null) return onePage(walksOfUser(filter, userId, page), page)
  if (ipAddress !== null || types === null) return onePage(walksOfTenant(filter, page), page)
  return Prisma.sql`
    SELECT e.* FROM unnest(${types}::text[]) AS wanted(type)
      CROSS JOIN LATERAL (${walksOfTenant(filter, page, Prisma.sql`e.type = wanted.type`)}) AS e
    ORDER BY e.id ${direction(page)} LIMIT ${page.limit}`
}

function onePage(walks: Prisma.Sql, page: AuditPage): Prisma.Sql {
  return Prisma.sql`SELECT e.* FROM (${walks}) AS e ORDER BY e.id ${direction(page)} LIMIT ${page.limit}`
}

function walksOfUser(filter: AuditFilter, userId: string, page: AuditPage): Prisma.Sql {
  const own = Prisma.sql`e.user_id = ${userId}::uuid
    AND (e.tenant_id = ${filter.tenantId}::uuid OR e.tenant_id IS NULL)`
  return walk([own, ...conditionsOf(filter, page)], Prisma.sql`e.id`, page)
}

/**
 * Events of no tenant are shown to the default one. They are a walk of their own: of `tenant_id IS NULL` the planner
 * does not know that it leaves one value, so the order has to name the column.
 */
function walksOfTenant(filter: AuditFilter, page: AuditPage, type?: Prisma.Sql): Prisma.Sql {
  const { tenantId } = filter
  const conditions = type === undefined ? conditionsOf(filter, page) : [type, ...boundsOf(filter, page)]
  const own = walk([Prisma.sql`e.tenant_id = ${tenantId}::uuid`, ...conditions], Prisma.sql`e.id`, page)
  const isDefault = Prisma.sql`EXISTS (
    SELECT 1 FROM tenants t WHERE t.id = ${tenantId}::uuid AND t.slug = ${defaultTenantSlug})`
  const order = Prisma.sql`e.tenant_id ${direction(page)}, e.id`
  const nobodys = walk([Prisma.sql`e.tenant_id IS NULL`, isDefault, ...conditions], order, page)
  return Prisma.sql`(${own}) UNION ALL (${nobodys})`
}

function walk(conditions: readonly Prisma.Sql[], order: Prisma.Sql, page: AuditPage): Prisma.Sql {
  return Prisma.sql`SELECT ${auditColumns} FROM audit_events e WHERE ${Prisma.join([...conditions], ' AND ')}
    ORDER BY ${order} ${direction(page)} LIMIT ${page.limit}`
}

function conditionsOf(filter: AuditFilter, page: AuditPage): readonly Prisma.Sql[] {
  const { types, ipAddress } = filter
  return [
    Prisma.sql`e.type = ANY(${[...(types ?? auditEventTypes)]}::text[])`,
    ...(ipAddress === null ? [] : [Prisma.sql`e.ip_address = ${ipAddress}::inet`]),
    ...boundsOf(filter, page),
  ]
}

/** Ids sort by time, so that a span of time is a span of the index; the rows' own times make it exact. */
function boundsOf({ from, to }: AuditFilter, { after, before }: AuditPage): readonly Prisma.Sql[] {
  const earliest = from === null ? null : lowestUuidAt(new Date(from.getTime() - SLACK_MS))
  const latest = to === null ? null : lowestUuidAt(new Date(to.getTime() + SLACK_MS))
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
