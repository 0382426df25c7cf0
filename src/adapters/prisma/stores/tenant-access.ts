import { Prisma } from '../generated/client.ts'

/** Whether the tenant with that id is active. */
export function isActiveTenant(tenantId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT 1 FROM tenants o WHERE o.id = ${tenantId} AND o.active)`
}

/**
 * Whether the tenant with that id accepts what began then: it is active, and was not deactivated since. A deactivation ends sessions, API keys
 * and the like by its time, whatever their number.
 */
export function acceptsFrom(tenantId: Prisma.Sql, beganAt: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`EXISTS (
    SELECT 1 FROM tenants o WHERE o.id = ${tenantId} AND o.active AND (o.access_from IS NULL OR ${beganAt} >= o.access_from))`
}

/** The same for what belongs to a user. */
export function acceptsFromOwner(userId: Prisma.Sql, beganAt: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`EXISTS (
    SELECT 1 FROM users w JOIN tenants o ON o.id = w.tenant_id
    WHERE w.id = ${userId} AND o.active AND (o.access_from IS NULL OR ${beganAt} >= o.access_from))`
}
