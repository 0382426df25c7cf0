import { messages, type QueryOptions, type Results } from '@electric-sql/pglite'
import type { Message, PreparedStatement } from './prepared-statements.ts'

type Parsers = NonNullable<QueryOptions['parsers']>

/** The rows of an executed statement, as PGlite returns them. */
export function readResults<Row>(
  answer: readonly Message[],
  described: PreparedStatement['fields'],
  { rowMode, parsers = {} }: Pick<QueryOptions, 'rowMode' | 'parsers'>,
  defaults: Parsers,
): Results<Row> {
  const fields = described.map(({ name, dataTypeID }) => ({ name, dataTypeID }))
  const read = fields.map(({ dataTypeID }) => parsers[dataTypeID] ?? defaults[dataTypeID] ?? String)
  const rows: unknown[] = []
  let affectedRows = 0
  for (const message of answer) {
    if (message instanceof messages.DataRowMessage) {
      const values = message.fields.map((text, index) => (text === null ? null : read[index]?.(text)))
      rows.push(
        rowMode === 'array'
          ? values
          : Object.fromEntries(fields.map(({ name }, index) => [name, values[index]])),
      )
    } else if (message instanceof messages.CommandCompleteMessage) affectedRows += affectedBy(message.text)
  }
  return { rows: rows as Results<Row>['rows'], fields, affectedRows }
}

/** From a tag such as `INSERT 0 2` or `UPDATE 2`. */
function affectedBy(tag: string): number {
  const count = /^(?:INSERT \d+|UPDATE|DELETE|MERGE|COPY) (\d+)$/.exec(tag)?.[1]
  return count === undefined ? 0 : Number(count)
}
