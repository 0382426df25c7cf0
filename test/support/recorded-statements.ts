import type { Database } from '../../src/adapters/prisma/database.ts'
import type { PrismaClient } from '../../src/adapters/prisma/generated/client.ts'
import type { FrequentQueries } from '../../src/adapters/prisma/stores/queries.ts'

/** Statements that a process sends by itself: polls of revocations, uses of sessions and keys, leases of jobs, deliveries. */
const ownWork = [
  /clock_timestamp\(\) AS now/,
  /json_agg\(.* FROM revocations/s,
  /SKIP LOCKED/,
  /SET last_used_at/,
  /job_leases/,
  /job_runs/,
  /operator_alerts/,
]

/** Records the text of the statements that requests cause, in the order in which they are sent. Those of Prisma's models have none. */
export class RecordedStatements {
  readonly #sent: string[] = []

  /** The statements that the request causes. */
  async during(request: () => Promise<unknown>): Promise<readonly string[]> {
    this.#sent.length = 0
    await request()
    return [...this.#sent]
  }

  /** The database whose statements are recorded. */
  of(database: Database): Database {
    const client = this.#watch(database.client)
    const frequent: FrequentQueries = {
      run: (statement) => {
        this.#record(statement.text)
        return database.frequent.run(statement)
      },
    }
    const watched = { client, frequent }
    return new Proxy(database, {
      get: (target, name) => (name in watched ? Reflect.get(watched, name) : bound(target, name)),
    })
  }

  #watch(client: PrismaClient): PrismaClient {
    return new Proxy(client, {
      get: (target, name) => {
        const value = bound(target, name)
        if (name !== '$queryRaw' && name !== '$executeRaw') return value
        return (sql: TemplateStringsArray | { readonly sql: string }, ...values: unknown[]) => {
          this.#record('sql' in sql ? sql.sql : nested(sql, values))
          return Reflect.apply(value, target, [sql, ...values])
        }
      },
    })
  }

  #record(text: string): void {
    if (!ownWork.some((work) => work.test(text))) this.#sent.push(text)
  }
}

/** The text of a template, with that of the parts inside. */
function nested(parts: readonly string[], values: readonly unknown[]): string {
  const text = (value: unknown) =>
    typeof value === 'object' && value !== null && 'sql' in value ? String(value.sql) : '?'
  return parts.map((part, index) => (index < values.length ? part + text(values[index]) : part)).join('')
}

function bound(target: object, name: string | symbol) {
  const value = Reflect.get(target, name)
  return typeof value === 'function' ? value.bind(target) : value
}
