import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { FileArchiveFolder } from '../../src/adapters/archive/file-archive-folder.ts'
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { selectAuditPage } from '../../src/adapters/prisma/stores/audit/audit-page.ts'
import { PrismaAuditArchiveStore } from '../../src/adapters/prisma/stores/audit/prisma-audit-archive-store.ts'
import { verifyArchives } from '../../src/domain/audit/archive-verification.ts'
import { auditEventTypes } from '../../src/domain/audit/audit-event.ts'
import type { AuditFilter } from '../../src/domain/audit/audit-store.ts'
import { createArchiveAudit } from '../../src/jobs/archive-audit.ts'
import type { StorePage } from '../../src/lib/collections/store-page.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { systemClock } from '../../src/lib/time/clock.ts'

/**
 * Loads audit events into a temporary database. Reports the index and the time of each query, and how fast old events
 * are archived while others are written. TEST_DATABASE_URL names the server.
 *   npm run bench -- audit [rows]
 */
const rows = Number(process.argv[2] ?? 5_000_000)
const batch = 250_000
const days = 100
const server = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const name = `gatehouse_bench_audit_${process.pid}`
const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
const defaultTenant = '00000000-0000-7000-8000-000000000001'
const smallTenant = '00000000-0000-7000-8000-000000000002'

async function administer(sql: string): Promise<void> {
  const client = new Client({ connectionString: server })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}

const seconds = (since: number) => (performance.now() - since) / 1000

/** Mostly refreshes, some failures without a user, few other events. One event in a thousand belongs to the small tenant. */
const load = `
  INSERT INTO audit_events (id, tenant_id, type, user_id, ip_address, user_agent, request_id, reason, details, created_at)
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n % 4096), 3, '0') || '8' ||
      substr(md5(n::text), 1, 15))::uuid,
    CASE WHEN n % 25 = 0 THEN NULL WHEN n % 1000 = 7 THEN '${smallTenant}'::uuid ELSE '${defaultTenant}'::uuid END,
    CASE WHEN n % 50000 = 11 THEN 'ROLE_CHANGED' WHEN n % 25 < 2 THEN 'LOGIN_FAILED' WHEN n % 25 < 6 THEN 'LOGIN_SUCCEEDED'
      WHEN n % 25 = 6 THEN 'LOGOUT' ELSE 'TOKEN_REFRESHED' END,
    CASE WHEN n % 25 = 0 THEN NULL ELSE md5('user ' || n % 50021)::uuid END,
    ('10.' || n % 251 || '.' || n % 241 || '.' || n % 239)::inet,
    'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0', md5('request ' || n), NULL, '{}', at
  FROM (SELECT n, $1::timestamptz + n * interval '${days} days' / ${rows} AS at
    FROM generate_series($2::bigint, $3::bigint) AS n) AS series`

async function fill(client: Client): Promise<void> {
  const since = performance.now()
  await client.query(`INSERT INTO tenants (id, slug, name) VALUES ('${smallTenant}', 'small', 'Small')`)
  const { rows: indexes } = await client.query<{ indexname: string; indexdef: string }>(
    `SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'audit_events' AND indexname <> 'audit_events_pkey'`,
  )
  for (const { indexname } of indexes) await client.query(`DROP INDEX ${indexname}`)
  const start = new Date(Date.now() - days * 86_400_000)
  for (let from = 0; from < rows; from += batch)
    await client.query(load, [start, from, Math.min(from + batch, rows) - 1])
  for (const { indexdef } of indexes) await client.query(indexdef)
  await client.query('VACUUM ANALYZE audit_events')
  const { rows: sizes } = await client.query(
    `SELECT pg_size_pretty(pg_table_size('audit_events')) AS table, pg_size_pretty(pg_indexes_size('audit_events')) AS indexes`,
  )
  console.log(`${rows} events loaded in ${seconds(since).toFixed(0)} s`, sizes[0])
}

const newest: StorePage = { after: null, before: null, limit: 21, from: 'newest' }
const everything: AuditFilter = {
  tenantId: defaultTenant,
  userId: null,
  types: null,
  ipAddress: null,
  from: null,
  to: null,
}
const ago = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000)
const span = { from: ago(50), to: ago(49) }
/** Placeholder for the id of an existing user. */
const userId = ''
const queries: readonly [name: string, filter: Partial<AuditFilter>, page?: Partial<StorePage>][] = [
  ['nothing', {}],
  ['nothing, oldest first', {}, { from: 'oldest' }],
  ['time', span],
  ['user', { userId }],
  ['user and time', { userId, ...span }],
  ['user and type', { userId, types: ['LOGIN_FAILED'] }],
  ['user and address', { userId, ipAddress: '10.1.1.1' }],
  ['common type', { types: ['TOKEN_REFRESHED'] }],
  ['rare type', { types: ['ROLE_CHANGED'] }],
  ['type that never happened', { types: ['API_KEY_REVOKED'] }],
  ['all types', { types: [...auditEventTypes] }],
  ['rare type and time', { types: ['ROLE_CHANGED'], ...span }],
  ['address', { ipAddress: '10.1.1.1' }],
  ['address that never came', { ipAddress: '203.0.113.1' }],
  ['address and type', { ipAddress: '10.1.1.1', types: ['LOGIN_FAILED'] }],
  ['address and time', { ipAddress: '10.1.1.1', ...span }],
  ['small tenant', { tenantId: smallTenant }],
  ['small tenant, type that never happened there', { tenantId: smallTenant, types: ['LOGIN_FAILED'] }],
  ['small tenant and address', { tenantId: smallTenant, ipAddress: '10.1.1.1' }],
  ['everything at once', { userId, types: ['TOKEN_REFRESHED', 'LOGOUT'], ipAddress: '10.1.1.1', ...span }],
]

async function explain(client: Client): Promise<void> {
  const { rows: some } = await client.query<{ user_id: string }>(
    'SELECT user_id FROM audit_events WHERE user_id IS NOT NULL LIMIT 1',
  )
  console.log('| query | rows | index | ms |\n| --- | --- | --- | --- |')
  for (const [asked, given, page] of queries) {
    const filter = { ...everything, ...given, userId: given.userId === '' ? (some[0]?.user_id ?? '') : null }
    const { text, values } = selectAuditPage(filter, { ...newest, ...page })
    const times: number[] = []
    let found = 0
    for (let run = 0; run < 7; run += 1) {
      const since = performance.now()
      found = (await client.query(text, values)).rows.length
      times.push(performance.now() - since)
    }
    const { rows: plan } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ANALYZE ${text}`, values)
    const lines = plan.map((line) => line['QUERY PLAN'])
    const walked = lines.flatMap(
      (line) => /(?:using|Bitmap Index Scan on) (audit_events\w+)/.exec(line)?.[1] ?? [],
    )
    const scanned = lines.filter((line) => /Seq Scan on audit_events|Sort Method: external/.test(line))
    const median = times.toSorted((a, b) => a - b)[3] ?? 0
    console.log(
      `| ${asked} | ${found} | ${[...new Set(walked), ...scanned].join(', ')} | ${median.toFixed(1)} |`,
    )
  }
}

/** Writes an event every few milliseconds and measures how long each write takes. */
async function writeUntil(client: Client, over: () => boolean): Promise<readonly number[]> {
  const ids = createIds(systemClock)
  const waits: number[] = []
  while (!over()) {
    const since = performance.now()
    await client.query(
      `INSERT INTO audit_events (id, tenant_id, type, created_at) VALUES ($1, '${defaultTenant}', 'LOGOUT', now())`,
      [ids.next()],
    )
    waits.push(performance.now() - since)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return waits.toSorted((a, b) => a - b)
}

async function archive(client: Client): Promise<void> {
  const database = openPostgresDatabase({ url, directUrl: url, poolMin: 0, poolMax: 2, logger: silentLogger })
  const directory = await mkdtemp(path.join(tmpdir(), 'gatehouse-bench-'))
  const folder = new FileArchiveFolder(directory)
  const store = new PrismaAuditArchiveStore(database.client)
  const deps = {
    store,
    folder,
    retentionDays: 90,
    key: Buffer.alloc(32),
    clock: systemClock,
    logger: silentLogger,
  }
  try {
    let over = false
    const writing = writeUntil(client, () => over)
    const since = performance.now()
    const { archived, removed } = await createArchiveAudit(deps)()
    const took = seconds(since)
    over = true
    const waits = await writing
    const at = (share: number) => waits[Math.floor((waits.length - 1) * share)]?.toFixed(1)
    console.log(
      `${archived} archived and ${removed} removed in ${took.toFixed(1)} s: ${Math.round(archived / took)} a second`,
    )
    console.log(
      `${waits.length} writes at the same time: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, slowest ${at(1)} ms`,
    )
    const verifying = performance.now()
    let findings = 0
    for await (const _finding of verifyArchives(folder, await store.listArchives())) findings += 1
    console.log(`verified in ${seconds(verifying).toFixed(1)} s, ${findings} findings`)
  } finally {
    await rm(directory, { recursive: true })
    await database.close()
  }
}

await administer(`CREATE DATABASE ${name}`)
const client = new Client({ connectionString: url })
try {
  const database = openPostgresDatabase({ url, directUrl: url, poolMin: 0, poolMax: 2, logger: silentLogger })
  await database.migrate()
  await database.close()
  await client.connect()
  await fill(client)
  await explain(client)
  await archive(client)
} finally {
  await client.end()
  await administer(`DROP DATABASE ${name} WITH (FORCE)`)
}
process.exit()
