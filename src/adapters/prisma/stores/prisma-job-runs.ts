import type { JobRun, JobRuns } from '../../../lib/concurrency/job-runs.ts'
import type { Queries } from './queries.ts'

export class PrismaJobRuns implements JobRuns {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async record(name: string, succeededAt: Date, durationMs: number): Promise<void> {
    await this.#queries.$executeRaw`
      INSERT INTO job_runs (name, succeeded_at, duration_ms)
      VALUES (${name}, ${succeededAt}::timestamptz, ${Math.round(durationMs)}::int)
      ON CONFLICT (name) DO UPDATE SET succeeded_at = EXCLUDED.succeeded_at, duration_ms = EXCLUDED.duration_ms`
  }

  async list(now: Date): Promise<readonly JobRun[]> {
    return this.#queries.$queryRaw<JobRun[]>`
      SELECT COALESCE(r.name, l.name) AS name, r.succeeded_at AS "succeededAt", r.duration_ms AS "durationMs",
        COALESCE(l.until > ${now}::timestamptz, FALSE) AS running
      FROM job_runs r FULL JOIN job_leases l ON l.name = r.name ORDER BY 1`
  }
}
