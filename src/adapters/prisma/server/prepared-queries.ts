import { BoundedMap } from '../../../lib/collections/bounded-map.ts'
import { digestText } from '../../../lib/crypto/digest.ts'
import type { Logger } from '../../../lib/observation/logger.ts'
import { measured, type Timings } from '../../../lib/observation/timings.ts'
import { sqlState } from '../database-errors.ts'
import type { Prisma } from '../generated/client.ts'
import { statementName } from '../statement-name.ts'
import type { FilledStatement } from '../stores/fixed-statement.ts'
import type { FrequentQueries } from '../stores/queries.ts'
import type { BoundedPool } from './bounded-pool.ts'
import { renewsPool } from './postgres-adapter.ts'

/** Characters of a digest of 120 bits. A name can have 63. */
const nameLength = 20
/** Texts that are remembered; there are some ten. */
const maxTexts = 500
/** A migration has changed a type of the result of a plan (feature_not_supported). Nothing was executed. */
const outdatedPlan = '0A000'
/**
 * A pooler has exchanged the connection, so that the server does not have a plan (invalid_sql_statement_name) or already has it
 * (duplicate_prepared_statement). Nothing was executed.
 */
const lostPlan: ReadonlySet<string> = new Set(['26000', '42P05'])
/** Each lost plan closes a connection to the pooler, so statements are not prepared any more after these. */
const maxLostPlans = 3

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
  readonly logger: Pick<Logger, 'warn'>
}

/**
 * Runs statements by the driver itself, which costs half of what it costs through Prisma. Each connection keeps the plan of a
 * statement under a name that follows from its text.
 */
export class PreparedQueries implements FrequentQueries {
  readonly #deps: PreparedQueriesDeps
  readonly #names = new BoundedMap<string, StatementNames>(maxTexts)
  #lostPlans = 0

  constructor(deps: PreparedQueriesDeps) {
    this.#deps = deps
  }

  async run<Row>(statement: Prisma.Sql | FilledStatement): Promise<readonly Row[]> {
    const { text, values } = statement
    const { prepares, timings } = this.#deps
    // One look-up: to hash a text of 4 kB takes longer than to build it.
    const { plan, shown } = this.#names.getOrCreate(text, () => namesOf(text))
    const send = () =>
      prepares && this.#lostPlans < maxLostPlans
        ? this.#sendPrepared<Row>(plan, text, values)
        : this.#send<Row>({ text, values })
    return measured(timings, 'database', shown, send)
  }

  async #sendPrepared<Row>(name: string, text: string, values: unknown[]): Promise<readonly Row[]> {
    try {
      return await this.#send<Row>({ name, text, values })
    } catch (error) {
      const state = sqlState(error) ?? ''
      if (lostPlan.has(state)) this.#noteLostPlan()
      else if (state !== outdatedPlan) throw error
      return this.#send<Row>({ text, values })
    }
  }

  #noteLostPlan(): void {
    this.#lostPlans += 1
    if (this.#lostPlans !== maxLostPlans) return
    this.#deps.logger.warn(
      {},
      'The pooler in DATABASE_URL does not keep prepared statements. This process prepares none any more. Set DIRECT_DATABASE_URL, or DATABASE_PREPARED_STATEMENTS=off.',
    )
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
