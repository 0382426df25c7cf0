import { messages, protocol } from '@electric-sql/pglite'

const { serialize } = protocol

/** Far more than the service has. Each takes some 50 kB. */
const maxStatements = 250
/**
 * Commands and inserted rows after which a statement is prepared again. The database keeps the plan that suited the tables of that
 * time: one for an empty table reads all of its later rows. A server would plan again after ANALYZE, which nothing runs here.
 */
const maxAge = 5_000
/** Other commands can change what a statement returns, or end it. */
const keepingCommands =
  /^(SELECT|INSERT|UPDATE|DELETE|MERGE|TRUNCATE|LOCK TABLE|BEGIN|SAVEPOINT|RELEASE|COMMIT|ROLLBACK)\b/
/** A rollback can undo a change, and the end of a transaction a setting. */
const endingCommands = /^(COMMIT|ROLLBACK)\b/
const insertedRows = /^INSERT \d+ (\d+)$/
/** First byte of a message that contains a whole script. */
const scriptType = 'Q'.charCodeAt(0)
/** feature_not_supported and invalid_sql_statement_name: a statement cannot be used again. */
const unusableStates: ReadonlySet<string> = new Set(['0A000', '26000'])

export type Message = Awaited<
  ReturnType<typeof import('@electric-sql/pglite').PGlite.prototype.execProtocolStream>
>[number]

/** A statement that the database has parsed. */
export interface PreparedStatement {
  readonly name: string
  /** The age of the connection when it was prepared. */
  readonly since: number
  readonly parameterTypes: readonly number[]
  readonly fields: readonly messages.RowDescriptionMessage['fields'][number][]
}

/** The statements that one connection keeps prepared, by their text: those that were used last. */
export class PreparedStatements {
  readonly #send: (message: Uint8Array) => Promise<readonly Message[]>
  readonly #byText = new Map<string, PreparedStatement>()
  /** Forgotten ones that the database still has. */
  #left: string[] = []
  #count = 0
  /** Commands and inserted rows so far. */
  #age = 0
  #isChanged = false

  constructor(send: (message: Uint8Array) => Promise<readonly Message[]>) {
    this.#send = send
  }

  async prepare(sql: string): Promise<PreparedStatement> {
    const statement = this.#usable(sql) ?? (await this.#parse(sql))
    this.#byText.delete(sql)
    this.#byText.set(sql, statement)
    for (const [text, { name }] of this.#byText) {
      if (this.#byText.size <= maxStatements) break
      this.#byText.delete(text)
      this.#left.push(name)
    }
    return statement
  }

  /**
   * Takes every answer of the database, before another message is sent. After a change of tables or settings no statement is used again.
   */
  note(answer: readonly Message[]): void {
    for (const message of answer)
      if (message instanceof messages.CommandCompleteMessage) this.#noteCommand(message.text)
  }

  /** Takes every error. A script may have changed something before it failed. */
  noteFailure(sent: Uint8Array, error: unknown): void {
    const state = error instanceof messages.DatabaseError ? error.code : undefined
    if (sent[0] !== scriptType && !unusableStates.has(state ?? '')) return
    this.#isChanged = true
    this.#forget()
  }

  #usable(sql: string): PreparedStatement | undefined {
    const known = this.#byText.get(sql)
    if (known === undefined || this.#age - known.since < maxAge) return known
    this.#byText.delete(sql)
    this.#left.push(known.name)
    return undefined
  }

  #noteCommand(tag: string): void {
    this.#age += 1 + Number(insertedRows.exec(tag)?.[1] ?? 0)
    if (!keepingCommands.test(tag)) this.#isChanged = true
    else if (!endingCommands.test(tag)) return
    if (this.#isChanged) this.#forget()
    if (tag === 'COMMIT') this.#isChanged = false
  }

  #forget(): void {
    for (const { name } of this.#byText.values()) this.#left.push(name)
    this.#byText.clear()
  }

  async #parse(text: string): Promise<PreparedStatement> {
    this.#count += 1
    const name = `s${this.#count}`
    const closed = this.#left.map((left) => serialize.close({ type: 'S', name: left }))
    this.#left = []
    const answer = await this.#send(
      Buffer.concat([
        ...closed,
        serialize.parse({ name, text }),
        serialize.describe({ type: 'S', name }),
        serialize.sync(),
      ]),
    )
    const parameters = answer.find((message) => message instanceof messages.ParameterDescriptionMessage)
    const rows = answer.find((message) => message instanceof messages.RowDescriptionMessage)
    return {
      name,
      since: this.#age,
      parameterTypes: parameters?.dataTypeIDs ?? [],
      fields: rows?.fields ?? [],
    }
  }
}
