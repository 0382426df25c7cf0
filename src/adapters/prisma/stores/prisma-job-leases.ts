import type { JobLeases } from '../../../lib/concurrency/job-leases.ts'
import type { Queries } from './queries.ts'

/** Leases in a table instead of session locks: they work behind a connection pooler, and always expire. */
export class PrismaJobLeases implements JobLeases {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async acquire(name: string, holder: string, until: Date, now: Date): Promise<boolean> {
    const taken = await this.#queries.$executeRaw`
      INSERT INTO job_leases (name, holder, until) VALUES (${name}, ${holder}, ${until}::timestamptz)
      ON CONFLICT (name) DO UPDATE SET holder = EXCLUDED.holder, until = EXCLUDED.until
      WHERE job_leases.holder = EXCLUDED.holder OR job_leases.until <= ${now}::timestamptz`
    return taken === 1
  }

  async release(name: string, holder: string): Promise<void> {
    await this.#queries.$executeRaw`DELETE FROM job_leases WHERE name = ${name} AND holder = ${holder}`
  }
}
