import type { SqlQuery } from '@prisma/driver-adapter-utils'

/** Types without a time zone: the adapter writes and reads them as they are. */
const zoneless = new Set(['DATE', 'TIME', 'TIMETZ'])
const timestamptz = 1184
const timestamptzArray = 1185
const timePattern = /(\d{4,6}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?/g

/**
 * The query with every time as a text with its offset. The adapter writes times without one, which the server reads in the
 * time zone of the session: that is not UTC behind a pooler that ignores start-up parameters.
 */
export function withZonedArguments(query: SqlQuery): SqlQuery {
  if (!query.argTypes.some((type, at) => isTime(type, query.args[at]))) return query
  const isZoned = query.argTypes.map((type, at) => isTime(type, query.args[at]))
  return {
    sql: query.sql,
    args: query.args.map((value, at) => (isZoned[at] === true ? zonedTime(value) : value)),
    argTypes: query.argTypes.map((type, at) =>
      isZoned[at] === true ? { ...type, scalarType: 'string' } : type,
    ),
  }
}

function isTime({ scalarType, dbType }: SqlQuery['argTypes'][number], value: unknown): boolean {
  return (scalarType === 'datetime' || value instanceof Date) && !zoneless.has(dbType ?? '')
}

function zonedTime(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(zonedTime)
  const time = typeof value === 'string' ? new Date(value) : value
  // PostgreSQL reads years after 9999 without a sign.
  return time instanceof Date ? withoutSign(time.toISOString()) : value
}

type Parse = (text: string) => unknown
type Parsers = (type: number, format?: string) => Parse

/**
 * The parsers of the adapter, which replace the offset of a time by that of UTC. Here the time is converted first, whatever
 * the time zone of the session.
 */
export function withZonedTimes(parsers: Parsers): Parsers {
  return (type, format) => {
    const parse = parsers(type, format)
    if (format === 'binary' || (type !== timestamptz && type !== timestamptzArray)) return parse
    return (text) => parse(text.endsWith('+00') ? text : text.replace(timePattern, inUtc))
  }
}

function inUtc(text: string, day: string, time: string, fraction = '', sign = '+', ...offset: unknown[]) {
  const [hours, minutes, seconds] = offset.slice(0, 3).map((part) => Number(part ?? 0))
  const offsetMs = ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000
  // JavaScript reads and writes years after 9999 with a sign and six digits, PostgreSQL without.
  const signedDay = day.replace(/^\d{5,6}/, (year) => `+${year.padStart(6, '0')}`)
  const localMs = Date.parse(`${signedDay}T${time}Z`)
  const utc = new Date(sign === '+' ? localMs - offsetMs : localMs + offsetMs)
  // PostgreSQL has later years than JavaScript.
  if (Number.isNaN(utc.getTime())) return text
  return `${withoutSign(utc.toISOString()).slice(0, -5).replace('T', ' ')}${fraction}+00`
}

function withoutSign(time: string): string {
  return time.replace(/^\+0*/, '')
}
