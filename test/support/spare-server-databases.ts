import { Client } from 'pg'
import { type CleanState, cleanTables, readCleanState } from './clean-tables.ts'

/** A database on the PostgreSQL server. `drop` ends every connection to it. */
export interface ServerDatabase {
  readonly url: string
  readonly drop: () => Promise<void>
}

interface SpareDatabase extends ServerDatabase {
  readonly state: CleanState
}

/** Migrated databases of this worker that no test uses at present. To create and drop one takes longer than most tests. */
const spares: SpareDatabase[] = []
const maxSpares = 3

/** A migrated database that contains only what migrations insert. Its `drop` keeps it for the next test of this worker. */
export async function takeSpareServerDatabase(
  create: () => Promise<ServerDatabase>,
): Promise<ServerDatabase> {
  const spare = spares.pop() ?? (await describeDatabase(await create()))
  return { url: spare.url, drop: () => giveBack(spare) }
}

function describeDatabase(created: ServerDatabase): Promise<SpareDatabase> {
  return connected(created.url, async (client) => ({ ...created, state: await readCleanState(client) }))
}

/** Ends the connections that are left. One whose tables a test has changed is dropped. */
async function giveBack(spare: SpareDatabase): Promise<void> {
  if (spares.length >= maxSpares) return spare.drop()
  const clean = await connected(spare.url, async (client) => {
    await client.query(
      `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    )
    return cleanTables(client, spare.state)
  })
  if (clean) spares.push(spare)
  else await spare.drop()
}

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  return work(client).finally(() => client.end())
}
