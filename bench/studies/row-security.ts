import { readFileSync } from 'node:fs'
import { Client } from 'pg'
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { selectAuditPage } from '../../src/adapters/prisma/stores/audit/audit-page.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'

/**
 * Measures what row level security costs on the statements of frequent operations, in CPU time of PostgreSQL and of the caller.
 * TEST_DATABASE_URL names the server; its user must be able to create databases and roles.
 *   npm run bench -- row-security [requests of a round, by default 1000]
 */
const requests = Number(process.argv[2] ?? 1000)
const rounds = 7
const tenants = 100
const users = 100_000
const server = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const name = `gatehouse_bench_rows_${process.pid}`
const url = Object.assign(new URL(server), { pathname: `/${name}` }).href

const fill = `
  INSERT INTO tenants (id, slug, name) SELECT md5('tenant ' || n)::uuid, 'tenant-' || n, 'Tenant' FROM generate_series(1, ${tenants}) n;
  INSERT INTO users (id, tenant_id, email)
    SELECT md5('user ' || n)::uuid, md5('tenant ' || 1 + n % ${tenants})::uuid, n || '@example.com' FROM generate_series(1, ${users}) n;
  INSERT INTO passwords (user_id, hash, changed_at) SELECT id, md5(id::text), now() FROM users;
  INSERT INTO sessions (id, tenant_id, user_id, family_hash, transport, device_type, idle_seconds, auth_time, amr, created_at,
      last_used_at, idle_expires_at, expires_at)
    SELECT id, tenant_id, id, sha256(id::text::bytea), 'BODY', 'desktop', 3600, now(), '{pwd}', now(), now(), now() + interval '1 hour',
      now() + interval '1 day' FROM users;
  INSERT INTO audit_events (id, tenant_id, type, user_id, created_at)
    SELECT gen_random_uuid(), tenant_id, 'LOGIN_SUCCEEDED', id, now() FROM users, generate_series(1, 2);
  CREATE ROLE ${name};
  GRANT ALL ON ALL TABLES IN SCHEMA public TO ${name};
  ANALYZE;`

const own = `tenant_id = current_setting('gatehouse.tenant')::uuid`
const ofOwner = `EXISTS (SELECT 1 FROM users u WHERE u.id = user_id AND u.${own})`
const conditions = { users: own, sessions: own, audit_events: own, passwords: ofOwner }
const tables = Object.entries(conditions)
const policies = tables
  .map(([table, condition]) => `CREATE POLICY own ON ${table} USING (${condition});`)
  .join('')
const switched = (on: boolean) =>
  tables.map(([table]) => `ALTER TABLE ${table} ${on ? 'ENABLE' : 'DISABLE'} ROW LEVEL SECURITY;`).join('')

const page = { after: null, before: null, limit: 21, from: 'newest' } as const

interface Operation {
  readonly text: string
  values(user: { readonly id: string; readonly tenantId: string; readonly family: Buffer }): unknown[]
}

const operations: Readonly<Record<string, Operation>> = {
  'a user by id (me)': { text: 'SELECT * FROM users WHERE id = $1', values: ({ id }) => [id] },
  'a rotation (refresh)': {
    text: 'UPDATE sessions SET generation = generation + 1, last_used_at = now() WHERE family_hash = $1 RETURNING id',
    values: ({ family }) => [family],
  },
  'a password (login)': { text: 'SELECT * FROM passwords WHERE user_id = $1', values: ({ id }) => [id] },
  'a page of audit events': {
    text: auditPage('').text,
    values: ({ tenantId }) => [...auditPage(tenantId).values],
  },
}

function auditPage(tenantId: string) {
  return selectAuditPage({ tenantId, userId: null, types: null, ipAddress: null, from: null, to: null }, page)
}

const setTenant = (local: boolean) => `SELECT set_config('gatehouse.tenant', $1, ${local})`

/** How the tenant reaches the policies. `policies`: whether there are any. */
const ways = {
  'no policies': { policies: false, before: [], after: [] },
  // Not usable, because requests share connections: the cost of the policies alone.
  'policies, tenant never changes': { policies: true, before: [], after: [] },
  'policies, tenant set for each statement': { policies: true, before: [setTenant(false)], after: [] },
  'policies, in a transaction': { policies: true, before: ['BEGIN', setTenant(true)], after: ['COMMIT'] },
} as const
type Way = (typeof ways)[keyof typeof ways]

interface Person {
  readonly id: string
  readonly tenantId: string
  readonly family: Buffer
}

/** CPU time of the process of a connection in ms, from Linux: user and system time in hundredths of a second. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function measure(
  client: Client,
  pid: number,
  operation: Operation,
  way: Way,
  people: readonly Person[],
) {
  const query = { name: operation.text.slice(0, 40) + operation.text.length, text: operation.text }
  const run = async (person: Person) => {
    for (const text of way.before)
      await client.query(text === 'BEGIN' ? text : { name: text, text, values: [person.tenantId] })
    const { rowCount } = await client.query({ ...query, values: operation.values(person) })
    if (rowCount === 0) throw new Error(`No row: ${operation.text}`)
    for (const text of way.after) await client.query(text)
  }
  for (const person of people.slice(0, 50)) await run(person)
  const [server, own, since] = [cpuOf(pid), process.cpuUsage(), performance.now()]
  for (const person of people) await run(person)
  const { user, system } = process.cpuUsage(own)
  return {
    server: ((cpuOf(pid) - server) * 1000) / people.length,
    caller: (user + system) / people.length,
    duration: ((performance.now() - since) * 1000) / people.length,
  }
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

async function administer(sql: string): Promise<void> {
  const client = new Client({ connectionString: server })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}

async function study(admin: Client, client: Client): Promise<void> {
  const { rows: people } = await admin.query<Person>(
    `SELECT id, tenant_id AS "tenantId", sha256(id::text::bytea) AS family FROM users
     WHERE tenant_id = md5('tenant 1')::uuid ORDER BY email LIMIT ${requests}`,
  )
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const pid = rows[0]?.pid ?? 0
  await client.query(setTenant(false), [people[0]?.tenantId])
  console.log('CPU and time of one call in µs: median of the rounds\n')
  console.log('| Operation | Way | PostgreSQL | caller | time |\n| --- | --- | --- | --- | --- |')
  for (const [operation, work] of Object.entries(operations)) {
    const found = new Map<string, Awaited<ReturnType<typeof measure>>[]>()
    for (let round = 0; round < rounds; round += 1)
      for (const [way, how] of Object.entries(ways)) {
        await admin.query(switched(how.policies))
        const figures = await measure(client, pid, work, how, people)
        found.set(way, [...(found.get(way) ?? []), figures])
      }
    for (const [way, all] of found) {
      const figure = (key: 'server' | 'caller' | 'duration') => median(all.map((one) => one[key])).toFixed(0)
      console.log(
        `| ${operation} | ${way} | ${figure('server')} | ${figure('caller')} | ${figure('duration')} |`,
      )
    }
  }
}

await administer(`CREATE DATABASE ${name}`)
const admin = new Client({ connectionString: url })
const client = new Client({ connectionString: url })
try {
  const database = openPostgresDatabase({ url, directUrl: url, poolMin: 0, poolMax: 2, logger: silentLogger })
  await database.migrate()
  await database.close()
  await admin.connect()
  await admin.query(fill)
  await admin.query(policies)
  await client.connect()
  // The owner of a table and superusers are not subject to policies.
  await client.query(`SET ROLE ${name}`)
  await study(admin, client)
} finally {
  await client.end()
  await admin.end()
  await administer(`DROP DATABASE ${name} WITH (FORCE)`)
  await administer(`DROP ROLE IF EXISTS ${name}`)
}
process.exit()
