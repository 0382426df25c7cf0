import { type BenchDatabase, createBenchDatabase } from './bench-database.ts'
import type { Contestant } from './contestants.ts'
import { ServerProcess } from './server-process.ts'

/** Addresses of the servers that all contestants use. */
export interface Backends {
  readonly postgres: string
  readonly redis: string
  /** Number of further tenants in the databases of Gatehouse. */
  readonly tenants: number
}

interface Parked {
  readonly server: ServerProcess
  readonly database: BenchDatabase | null
}

/** Tenants with settings of their own. */
const addTenants = `
  INSERT INTO tenants (id, slug, name, settings)
  SELECT gen_random_uuid(), 'tenant-' || n, 'Tenant ' || n, '{"passwordMinLength": 14}' FROM generate_series(1, $1::int) AS n`

/** The servers of a run. Each is started when it is first needed, with a database of its own, and kept until the end. */
export class ServerPark {
  readonly #backends: Backends
  readonly #parked = new Map<string, Parked>()
  readonly nodeOptions: readonly string[]
  #closed = false

  constructor(backends: Backends, nodeOptions: readonly string[] = []) {
    this.#backends = backends
    this.nodeOptions = nodeOptions
  }

  async server(contestant: Contestant): Promise<ServerProcess> {
    return (await this.#park(contestant)).server
  }

  /** The database of a contestant that has one. */
  async database(contestant: Contestant): Promise<BenchDatabase> {
    const { database } = await this.#park(contestant)
    if (database === null) throw new Error(`${contestant.name} has no database.`)
    return database
  }

  async #park(contestant: Contestant): Promise<Parked> {
    const parked = this.#parked.get(contestant.name) ?? (await this.#start(contestant))
    this.#parked.set(contestant.name, parked)
    return parked
  }

  async #start({ name, program, env, hasTenants = false }: Contestant): Promise<Parked> {
    // A row that took too long does not start further servers.
    if (this.#closed) throw new Error('The measurement has ended.')
    const { postgres, redis } = this.#backends
    const database = env === undefined ? null : await createBenchDatabase(postgres, `${this.#parked.size}`)
    try {
      const own = env === undefined || database === null ? {} : env(database.url, redis)
      console.error(`starting ${name}`)
      const server = await ServerProcess.start({
        program,
        env: own,
        nodeOptions: this.nodeOptions,
      })
      if (hasTenants) await database?.client.query(addTenants, [this.#backends.tenants])
      return { server, database }
    } catch (error) {
      await database?.drop()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const { server, database } of this.#parked.values()) {
      await server.stop()
      await database?.drop()
    }
    this.#parked.clear()
  }
}
