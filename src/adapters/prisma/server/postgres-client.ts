import { Client, type ClientConfig } from 'pg'
import { withZonedTimes } from './zoned-times.ts'

/** Reported by servers since version 14, at the start of a connection and at each change. */
const readOnlySettings = new Set(['in_hot_standby', 'default_transaction_read_only'])

/** A server that accepts no writes: a standby, or a primary with `default_transaction_read_only`. */
export class ReadOnlyDatabase extends Error {
  override readonly name = 'ReadOnlyDatabase'
  /** What the server itself reports for a write. */
  readonly code = '25006'

  constructor() {
    super('The database is read-only: it is a standby, or default_transaction_read_only is on.')
  }
}

/** A connection that reads times in any time zone, and knows whether its server accepts writes. */
export class PostgresClient extends Client {
  readonly #readOnly = new Set<string>()

  constructor(config?: ClientConfig) {
    super(config)
    const connection: unknown = Reflect.get(this, 'connection')
    const note = (message: unknown) => this.#note(message)
    if (connection instanceof Object)
      Reflect.apply(Reflect.get(connection, 'on'), connection, ['parameterStatus', note])
    // The method has many signatures; all of them take the types as a member of the first argument.
    const query = this.query
    Reflect.set(this, 'query', (first: unknown, ...others: unknown[]) =>
      Reflect.apply(query, this, [withTypes(first), ...others]),
    )
  }

  /** Whether the server has reported that it accepts no writes. False behind a pooler that does not pass this on. */
  get isReadOnly(): boolean {
    return this.#readOnly.size > 0
  }

  #note(message: unknown): void {
    if (!(message instanceof Object)) return
    const name: unknown = Reflect.get(message, 'parameterName')
    if (typeof name !== 'string' || !readOnlySettings.has(name)) return
    if (Reflect.get(message, 'parameterValue') === 'on') this.#readOnly.add(name)
    else this.#readOnly.delete(name)
  }
}

function withTypes(query: unknown): unknown {
  if (!(query instanceof Object)) return query
  const types: unknown = Reflect.get(query, 'types')
  if (!(types instanceof Object)) return query
  const parsers: unknown = Reflect.get(types, 'getTypeParser')
  return typeof parsers === 'function'
    ? { ...query, types: { getTypeParser: withZonedTimes((...call) => parsers.apply(types, call)) } }
    : query
}
