import { Client } from 'pg'
import {
  openPostgresDatabase,
  type PostgresDatabase,
} from '../../src/adapters/prisma/server/postgres-database.ts'
import { defaultLimits, type PostgresLimits } from '../../src/adapters/prisma/server/postgres-options.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { TcpProxy } from './tcp-proxy.ts'
import { createTestApp, type TestApp } from './test-app.ts'
import { createServerDatabase } from './test-database.ts'

/** A service that reaches its database through a proxy that can fail. */
export interface Outage {
  readonly test: TestApp
  readonly proxy: TcpProxy
  /** The same database without the proxy. */
  readonly direct: PostgresDatabase
  /** Its URL without the proxy. */
  readonly url: string
  close(): Promise<void>
}

export interface OutageOptions {
  /** Size of the connection pool of the service. */
  readonly poolMax?: number
  /** Time limits of the connections of the service; those of production by default. */
  readonly limits?: PostgresLimits
  /** Maximum number of connections that the server grants the service; unlimited by default. */
  readonly connectionLimit?: number
}

export async function createOutage({
  poolMax = 5,
  connectionLimit,
  limits = defaultLimits,
}: OutageOptions = {}): Promise<Outage> {
  const { url, drop } = await createServerDatabase()
  const direct = open(url, poolMax, defaultLimits)
  const role = connectionLimit === undefined ? null : await createRole(url, connectionLimit)
  const login = role === null ? {} : { username: role, password: role }
  const proxy = await TcpProxy.open(Object.assign(new URL(url), login).href)
  const database = open(proxy.url, poolMax, limits)
  const test = await createTestApp({ database })
  return {
    test,
    proxy,
    direct,
    url,
    async close() {
      await test.close()
      await database.close()
      await proxy.close()
      if (role !== null) await administer(url, `DROP OWNED BY "${role}"; DROP ROLE "${role}"`)
      await direct.close()
      await drop()
    },
  }
}

function open(url: string, poolMax: number, limits: PostgresLimits): PostgresDatabase {
  return openPostgresDatabase({ url, directUrl: url, poolMin: 0, poolMax, logger: silentLogger, limits })
}

/** Creates a role with all rights in this database and a connection limit. Superusers are exempt from such limits. */
async function createRole(url: string, connectionLimit: number): Promise<string> {
  const role = `${new URL(url).pathname.slice(1)}_role`
  await administer(
    url,
    `CREATE ROLE "${role}" LOGIN CONNECTION LIMIT ${connectionLimit} PASSWORD '${role}';
     GRANT ALL ON ALL TABLES IN SCHEMA public TO "${role}"`,
  )
  return role
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
