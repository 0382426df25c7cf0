import { migrationNames } from './migration-folder.ts'
import type { RunQuery } from './pending-migrations.ts'

const encodingSql = `SELECT current_setting('server_encoding') AS name`
const dateStyleSql = `SELECT current_setting('DateStyle') AS name`
const searchPathSql = `SELECT current_setting('search_path') AS name`
/** Tables and views of the present schema that no extension created. */
const tablesSql = `SELECT c.relname AS name FROM pg_class c
  WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
    AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname <> '_prisma_migrations'
    AND NOT EXISTS (SELECT 1 FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY c.relname LIMIT 3`
const hasHistorySql = `SELECT to_regclass('_prisma_migrations')::text AS name`
const historySql = `SELECT migration_name AS name FROM _prisma_migrations ORDER BY started_at, id`

/**
 * Refuses a database that cannot hold every text, a connection without the settings that a pooler has dropped, and a schema
 * that belongs to another application.
 * @param schema the schema of `?schema=`; null = that of the role
 * @throws an Error for operators
 */
export async function assertSuitable(run: RunQuery, schema: string | null): Promise<void> {
  const [encoding] = await namesOf(run, encodingSql)
  if (encoding !== 'UTF8')
    throw new Error(
      `The encoding of the database is ${encoding}, but Gatehouse requires UTF8. Create a database with: CREATE DATABASE gatehouse ENCODING 'UTF8' TEMPLATE template0.`,
    )
  await assertSettings(run, schema)
  const content = await foreignContent(run)
  if (content === null) return
  throw new Error(
    `The schema belongs to another application: it contains ${content}, but not the tables of Gatehouse. Nothing was changed. Use a database of its own, or append ?schema=NAME to DATABASE_URL (and to DIRECT_DATABASE_URL) with the name of a new schema, for example ?schema=auth.`,
  )
}

/** A direct connection sets both itself; a pooler may drop them. */
async function assertSettings(run: RunQuery, schema: string | null): Promise<void> {
  const [dateStyle = ''] = await namesOf(run, dateStyleSql)
  if (!dateStyle.startsWith('ISO'))
    throw new Error(
      `DateStyle is ${dateStyle}, but Gatehouse requires ISO behind a connection pooler. Run ALTER DATABASE … SET datestyle = 'ISO', and reconnect the pooler.`,
    )
  const [searchPath = ''] = await namesOf(run, searchPathSql)
  if (schema === null || searchPath.replaceAll('"', '').split(/, ?/)[0] === schema) return
  throw new Error(
    `The connection pooler does not apply ?schema=${schema}: the search_path is ${searchPath}. Run ALTER DATABASE … SET search_path = '${schema}', and reconnect the pooler.`,
  )
}

/**
 * What the schema contains if it is not Gatehouse's; null if it is, or is empty. The tables are read before the history:
 * another process that migrates at the same time records its first migration before it creates a table.
 */
async function foreignContent(run: RunQuery): Promise<string | null> {
  const tables = await namesOf(run, tablesSql)
  const hasHistory = (await namesOf(run, hasHistorySql)).length > 0
  const history = hasHistory ? await namesOf(run, historySql) : []
  const [first = ''] = await migrationNames()
  if (history.includes(first)) return null
  if (history[0] !== undefined) return `the migration ${history[0]} in _prisma_migrations`
  return tables.length === 0 ? null : `the tables ${tables.join(', ')}`
}

async function namesOf(run: RunQuery, sql: string): Promise<readonly string[]> {
  const rows = await run(sql)
  const names = rows.map((row) => (row instanceof Object ? Reflect.get(row, 'name') : null))
  return names.filter((name) => typeof name === 'string')
}
