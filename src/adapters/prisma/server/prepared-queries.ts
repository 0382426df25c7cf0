import { BoundedMap } from '../../../lib/collections/bounded-map.ts'
import { digestText } from '../../../lib/crypto/digest.ts'
import { measured, type Timings } from '../../../lib/observation/timings.ts'
import { sqlState } from '../database-errors.ts'
import type { Prisma } from '../generated/client.ts'
import { statementName } from '../statement-name.ts'
import type { FrequentQueries } from '../stores/queries.ts'
import type { BoundedPool } from './bounded-pool.ts'
import { renewsPool } from './postgres-adapter.ts'

/** Characters of a digest of 120 bits. A name can have 63. */
const nameLength = 20
/** Texts that are remembered; there are some ten. */
const maxTexts = 500
/**
 * The plan cannot be used: a migration has changed a type of its result (feature_not_supported), or a pooler has exchanged the
 * connection, so that the server does not have it (invalid_sql_statement_name) or already has it (duplicate_prepared_statement).
 * Nothing was executed.
 */
const unusablePlans: ReadonlySet<string> = new Set(['0A000', '26000', '42P05'])

/** The names of a statement: of its plan on a connection, and in metrics and traces. */
interface StatementNames {
  readonly plan: string
  readonly shown: string
}

export interface PreparedQueriesDeps {
  readonly pool: BoundedPool
  /** Whether connections keep the plans of statements. */
  readonly prepares: boolean
  readonly timings: Timings | null
}

/**
 * Runs statements by the driver itself, which costs half of what it costs through Prisma. Each connection keeps the plan of a
 * statement under a name that follows from its text.
 */
export class PreparedQueries implements FrequentQueries {
  readonly #deps: PreparedQueriesDeps
  readonly #names = new BoundedMap<string, StatementNames>(maxTexts)

  constructor(deps: PreparedQueriesDeps) {
    this.#deps = deps
  }

  async run<Row>(statement: Prisma.Sql): Promise<readonly Row[]> {
    const { text, values } = statement
    const { prepares, timings } = this.#deps
    // One look-up: to hash a text of 4 kB takes longer than to build it.
    const { plan, shown } = this.#names.getOrCreate(text, () => namesOf(text))
    const send = () =>
      prepares ? this.#sendPrepared<Row>(plan, text, values) : this.#send<Row>({ text, values })
    return measured(timings, 'database', shown, send)
  }

  async #sendPrepared<Row>(name: string, text: string, values: unknown[]): Promise<readonly Row[]> {
    try {
      return await this.#send<Row>({ name, text, values })
    } catch (error) {
      if (!unusablePlans.has(sqlState(error) ?? '')) throw error
      return this.#send<Row>({ text, values })
    }
  }

  async #send<Row>(query: { name?: string; text: string; values: unknown[] }): Promise<readonly Row[]> {
    const { pool } = this.#deps
    try {
      const { rows } = await pool.query(query)
      return rows
    } catch (error) {
      if (renewsPool(error)) pool.renew()
      throw error
    }
  }
}

function namesOf(text: string): StatementNames {
  return { plan: digestText(text).slice(0, nameLength), shown: statementName(text) }
}
