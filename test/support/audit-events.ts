import type { Database } from '../../src/adapters/prisma/database.ts'

/**
 * Writes events of past days in one statement: `eventsOfDay` for each of `days` days, the first of them `daysAgo`. Ids
 * are UUIDs of version 7 with the time of the event.
 */
export async function insertPastEvents(
  { client }: Pick<Database, 'client'>,
  events: { daysAgo: number; days: number; eventsOfDay: number; now: Date },
): Promise<void> {
  const { daysAgo, days, eventsOfDay, now } = events
  const start = new Date(Math.floor(now.getTime() / 86_400_000 - daysAgo) * 86_400_000)
  await client.$executeRaw`
    INSERT INTO audit_events (id, type, user_id, ip_address, user_agent, request_id, reason, details, created_at)
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' ||
        substr(md5(n::text), 4, 15))::uuid,
      'LOGIN_FAILED', gen_random_uuid(), '203.0.113.9', 'curl/8', 'request ' || n, 'INVALID_CREDENTIALS',
      jsonb_build_object('city', 'Oslo', 'number', n), at
    FROM (
      SELECT n, ${start}::timestamptz + n * interval '1 day' / ${eventsOfDay}::int AS at
      FROM generate_series(0, ${days * eventsOfDay - 1}::int) AS n
    ) AS series`
}
