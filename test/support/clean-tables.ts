/** A connection to a database of either backend. */
export interface TestConnection {
  query(sql: string, parameters?: unknown[]): Promise<{ readonly rows: readonly Record<string, unknown>[] }>
}

/** What a migrated database contains before any test has used it. */
export interface CleanState {
  /** Every table, quoted; without the history of migrations. */
  readonly tables: readonly string[]
  /** The rows that migrations insert: one statement for each table. */
  readonly rows: readonly { readonly sql: string; readonly json: unknown }[]
}

/** Deleting rows is fast and leaves their space behind; from this size on a database is truncated instead. */
const maxLeftBytes = 500_000

const ordinaryTables = `FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`

/** Call it on a database that was only migrated. */
export async function readCleanState(database: TestConnection): Promise<CleanState> {
  const tables = await tablesOf(database)
  const rows = []
  for (const table of tables) {
    const { rows: found } = await database.query(`SELECT json_agg(t)::text AS json FROM ${table} t`)
    const json = found[0]?.json ?? null
    const sql = `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1)`
    if (json !== null) rows.push({ sql, json })
  }
  return { tables, rows }
}

/** Restores the state after a test. Returns false, and changes nothing, if the test has added or removed tables. */
export async function cleanTables(database: TestConnection, { tables, rows }: CleanState): Promise<boolean> {
  if (String(await tablesOf(database)) !== String(tables)) return false
  if ((await bytesOf(database)) > maxLeftBytes) await database.query(`TRUNCATE ${tables.join(', ')}`)
  else await deleteRows(database, tables)
  for (const { sql, json } of rows) await database.query(sql, [json])
  return true
}

/** In any order of the tables: foreign keys are not checked meanwhile. */
async function deleteRows(database: TestConnection, tables: readonly string[]): Promise<void> {
  const deletions = tables.map((table, index) => `d${index} AS (DELETE FROM ${table})`)
  await database.query('SET session_replication_role = replica')
  await database.query(`WITH ${deletions.join(', ')} SELECT`)
  await database.query('RESET session_replication_role')
}

async function tablesOf(database: TestConnection): Promise<readonly string[]> {
  const { rows } = await database.query(
    `SELECT quote_ident(relname) AS name ${ordinaryTables} AND relname <> '_prisma_migrations' ORDER BY 1`,
  )
  return rows.map(({ name }) => String(name))
}

async function bytesOf(database: TestConnection): Promise<number> {
  const { rows } = await database.query(`SELECT sum(pg_relation_size(oid))::int AS bytes ${ordinaryTables}`)
  return Number(rows[0]?.bytes ?? 0)
}
