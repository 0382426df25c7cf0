import type { ExportRecord } from './import-format.ts'
import { invalidRow } from './import-rows.ts'
import { timeOf } from './record-fields.ts'

/** Exports of SQLite and MySQL have numbers, those of PostgreSQL as CSV have letters. */
const flags: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ...[true, 1, 'true', 't', '1'].map((value) => [value, true] as const),
  ...[false, 0, 'false', 'f', '0'].map((value) => [value, false] as const),
])

/**
 * The flag at one of the names, which are spellings of the same field; undefined if all are absent or null. Any other value could
 * mean that the account is disabled.
 * @throws InvalidInputProblem if the value is no flag, or two spellings contradict each other
 */
export function flagOf(record: ExportRecord, ...names: readonly string[]): boolean | undefined {
  const given = names.filter((name) => record[name] != null)
  const values = given.map((name) => {
    const flag = flags.get(record[name])
    if (flag === undefined)
      throw invalidRow('INVALID_FLAG', 'Must be true or false (also 1, 0, "t", "f"), or null.', name)
    return flag
  })
  if (new Set(values).size > 1)
    throw invalidRow('INVALID_FLAG', `Must be true or false in both: ${given.join(', ')}.`, given[0])
  return values[0]
}

const dateAndTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/

/** A point in time written as date and time; null for anything else: numbers and other texts do not state what they mean. */
export function stateTimeOf(value: unknown): Date | null {
  const time = typeof value === 'string' && dateAndTime.test(value) ? timeOf(value) : undefined
  return time === undefined ? null : new Date(time)
}
