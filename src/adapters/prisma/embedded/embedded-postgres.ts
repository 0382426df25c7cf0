import { setImmediate } from 'node:timers/promises'
import {
  type ExecProtocolOptions,
  messages,
  PGlite,
  protocol,
  type QueryOptions,
  type Results,
  type Transaction,
} from '@electric-sql/pglite'
import { type Message, PreparedStatements } from './prepared-statements.ts'
import { readResults } from './read-results.ts'

const closedMessage = 'PGlite is closed'
const { serialize } = protocol

type Parameters = readonly unknown[]

/**
 * PGlite with two defects corrected. It stores the error of a failed COMMIT, because the driver adapter ignores it and
 * reports success; one slot is enough, since there is one connection. And `close` waits for queries that have begun,
 * which would otherwise never settle.
 *
 * It keeps statements prepared and sends one message for each query. PGlite sends six, and parses and plans each time.
 */
export class EmbeddedPostgres extends PGlite {
  #failure: unknown = null
  #state: 'open' | 'draining' | 'closing' = 'open'
  readonly #statements = new PreparedStatements((message) => this.#send(message))

  override async query<Row>(
    sql: string,
    parameters: Parameters = [],
    options: QueryOptions = {},
  ): Promise<Results<Row>> {
    if (!isPlain(options)) return super.query(sql, [...parameters], options)
    await this._checkReady()
    return this._runExclusiveTransaction(async () => {
      const results = await this.#run<Row>(sql, parameters, options)
      await this.syncToFs()
      return results
    })
  }

  override async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    try {
      return await super.transaction((transaction) => work(this.#withStatements(transaction)))
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  /** All commands pass through here, also those of PGlite itself and the ends of transactions. */
  override async execProtocolStream(message: Uint8Array, options?: ExecProtocolOptions): Promise<Message[]> {
    try {
      const answer = await super.execProtocolStream(message, options)
      this.#statements.note(answer)
      return answer
    } catch (error) {
      this.#statements.noteFailure(message, error)
      throw error
    }
  }

  /** Returns the error of the last transaction and clears it; null = it did not fail. */
  takeFailure(): unknown {
    const failure = this.#failure
    this.#failure = null
    return failure
  }

  override async _checkReady(): Promise<void> {
    if (this.#state === 'draining') throw new Error(closedMessage)
    await super._checkReady()
  }

  /** PGlite copies its parsers for every command, which takes longer than a query. Inherited ones are not copied. */
  override async _initArrayTypes(options?: { readonly force?: boolean }): Promise<void> {
    await super._initArrayTypes(options)
    this.parsers = Object.create(this.parsers)
  }

  override async close(): Promise<void> {
    if (this.#state !== 'open') throw new Error(closedMessage)
    this.#state = 'draining'
    await setImmediate()
    await this._runExclusiveTransaction(() =>
      this._runExclusiveQuery(() => {
        this.#state = 'closing'
        return super.close()
      }),
    )
  }

  #withStatements(transaction: Transaction): Transaction {
    const query = async <Row>(sql: string, parameters: Parameters = [], options: QueryOptions = {}) => {
      if (transaction.closed || !isPlain(options))
        return transaction.query<Row>(sql, [...parameters], options)
      return this.#run<Row>(sql, parameters, options)
    }
    return Object.create(transaction, { query: { value: query } })
  }

  #run<Row>(sql: string, parameters: Parameters, options: QueryOptions): Promise<Results<Row>> {
    return this._runExclusiveQuery(async () => {
      try {
        return await this.#execute<Row>(sql, parameters, options)
      } catch (error) {
        if (error instanceof messages.DatabaseError)
          Object.assign(error, { query: sql, params: parameters, queryOptions: options })
        throw error
      }
    })
  }

  async #execute<Row>(sql: string, parameters: Parameters, options: QueryOptions): Promise<Results<Row>> {
    const statement = await this.#statements.prepare(sql)
    const values = parameters.map((value, index) =>
      this.#serialize(value, statement.parameterTypes[index] ?? 0),
    )
    const answer = await this.#send(
      Buffer.concat([
        serialize.bind({ statement: statement.name, values }),
        serialize.execute({}),
        serialize.sync(),
      ]),
    )
    return readResults<Row>(answer, statement.fields, options, this.parsers)
  }

  #serialize(value: unknown, type: number): string | Uint8Array | null {
    if (value === null || value === undefined) return null
    return this.serializers[type]?.(value) ?? String(value)
  }

  #send(message: Uint8Array): Promise<readonly Message[]> {
    return this.execProtocolStream(message, { syncToFs: false })
  }
}

/** Without what only PGlite's own query can do. */
function isPlain({ blob, onNotice, paramTypes, serializers }: QueryOptions): boolean {
  return [blob, onNotice, paramTypes, serializers].every((option) => option === undefined)
}
