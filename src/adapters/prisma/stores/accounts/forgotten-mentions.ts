import { Prisma } from '../../generated/client.ts'

/**
 * Removes tokens for the address of an account that belong to no one or to another user of its tenant, such as those of a
 * change of address that another user requested.
 */
export function forgetTokensOfOthers(userId: string, condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    DELETE FROM one_time_tokens t USING users u
    WHERE u.id = ${userId}::uuid AND ${condition} AND t.email = u.email AND t.user_id IS DISTINCT FROM u.id
      AND (t.user_id IS NULL
        OR EXISTS (SELECT 1 FROM users o WHERE o.id = t.user_id AND o.tenant_id = u.tenant_id))`
}

/** Removes the details of alerts about an account or one of its sessions. Each of the two has its own index. */
export function forgetAlerts(userId: string, condition: Prisma.Sql): Prisma.Sql {
  const sessions = Prisma.sql`SELECT s.id::text FROM sessions s WHERE s.user_id = ${userId}::uuid`
  return Prisma.sql`
    UPDATE operator_alerts SET details = '{}'::jsonb
    WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = ${userId}::uuid AND ${condition})
      AND (details->>'userId' = ${userId}::uuid::text OR details->>'sessionId' = ANY(ARRAY(${sessions})))`
}
