import type { Database } from '../../../src/adapters/prisma/database.ts'
import { Prisma } from '../../../src/adapters/prisma/generated/client.ts'

/** A digest of the rows of a tenant in every table that has a column of tenants or users. */
export async function digestRows({ client }: Database, tenantId: string): Promise<Record<string, string>> {
  const own = { name: 'tenants', columns: ['id'] }
  const digests = [own, ...(await tablesOf(client))].map((table) => digestOf(table, tenantId))
  const rows = await client.$queryRaw<{ name: string; digest: string }[]>(Prisma.join(digests, ' UNION ALL '))
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]))
}

const tables = new WeakMap<Database['client'], Promise<readonly TableOfTenants[]>>()

/** Tables are found in the database, once: no test changes them. */
function tablesOf(client: Database['client']): Promise<readonly TableOfTenants[]> {
  const found = tables.get(client) ?? findTables(client)
  tables.set(client, found)
  return found
}

async function findTables(client: Database['client']): Promise<readonly TableOfTenants[]> {
  return client.$queryRaw`
    SELECT table_name AS name, array_agg(column_name::text) AS columns FROM information_schema.columns
    WHERE table_schema = current_schema() AND column_name IN ('tenant_id', 'user_id') GROUP BY table_name ORDER BY 1`
}

interface TableOfTenants {
  readonly name: string
  readonly columns: readonly string[]
}

/** What a process writes in the background about uses. */
const row = Prisma.sql`(to_jsonb(r) - '{last_used_at,seen_generation,idle_expires_at}'::text[])::text`

function digestOf({ name, columns }: TableOfTenants, tenantId: string): Prisma.Sql {
  const ofUsers = Prisma.sql`r.user_id IN (SELECT u.id FROM users u WHERE u.tenant_id = ${tenantId}::uuid)`
  const conditions = columns.map((column) =>
    column === 'user_id' ? ofUsers : Prisma.sql`r.${Prisma.raw(column)} = ${tenantId}::uuid`,
  )
  return Prisma.sql`SELECT ${name} AS name, md5(coalesce(string_agg(${row}, ',' ORDER BY ${row}), '')) AS digest
    FROM ${Prisma.raw(`"${name}"`)} r WHERE ${Prisma.join(conditions, ' OR ')}`
}
