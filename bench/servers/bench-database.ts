import { Client } from 'pg'

/** A temporary database on the server of TEST_DATABASE_URL. */
export interface BenchDatabase {
  readonly url: string
  /** Runs statements, for example to fill tables. */
  readonly client: Client
  drop(): Promise<void>
}

/** No statement of a measurement takes longer, even on a busy machine. */
const statementMs = 300_000

export async function createBenchDatabase(server: string, purpose: string): Promise<BenchDatabase> {
  const name = `gatehouse_bench_${purpose}_${process.pid}`
  await administer(server, `CREATE DATABASE "${name}"`)
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
  const client = new Client({ connectionString: url, statement_timeout: statementMs })
  await client.connect()
  return {
    url,
    client,
    async drop() {
      await client.end()
      await administer(server, `DROP DATABASE "${name}" WITH (FORCE)`)
    },
  }
}

async function administer(server: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: server })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
