import { BoundedMap } from '../../lib/collections/bounded-map.ts'

/** The verb of a statement that writes, and its table. `FOR UPDATE` and `ON CONFLICT DO UPDATE` write nothing by themselves. */
const written =
  /(?<!\bFOR\s+|\bFOR\s+NO\s+KEY\s+|\bDO\s+)\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?(?:"?\w+"?\.)?"?([a-z_]+)"?/i
const read = /\bFROM\s+(?:ONLY\s+)?(?:"?\w+"?\.)?"?([a-z_]+)"?/i
const verb = /^\s*(?:--.*\n|\/\*[\s\S]*?\*\/|\s)*([a-z]+)/i

/** Texts whose names are kept. There are as many as the source has statements, and a few for each length of a list. */
const names = new BoundedMap<string, string>(2_000)

/**
 * The name of a statement for metrics and traces: its kind and the table that it writes first, or reads, for example
 * `update_sessions`. It contains words of the source only, never a value.
 */
export function statementName(sql: string): string {
  return names.getOrCreate(sql, () => nameOf(sql))
}

function nameOf(sql: string): string {
  const [, writes, table] = written.exec(sql) ?? []
  if (writes !== undefined && table !== undefined)
    return `${writes.replace(/\s.*/s, '').toLowerCase()}_${table.toLowerCase()}`
  const kind = verb.exec(sql)?.[1]?.toLowerCase() ?? 'other'
  const source = read.exec(sql)?.[1]
  if (kind !== 'select' && kind !== 'with') return kind
  return source === undefined ? 'select' : `select_${source.toLowerCase()}`
}
