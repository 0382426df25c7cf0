const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether a value is a UUID in its canonical, lower-case text form (RFC 9562, section 4). */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value)
}

const timeDigits = 12

/** The smallest UUID of version 7 with this time, in the sort order of PostgreSQL. */
export function lowestUuidAt(time: Date): string {
  const digits = Math.max(0, time.getTime()).toString(16).padStart(timeDigits, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8, timeDigits)}-0000-0000-000000000000`
}

/** The time of creation of a UUID of version 7, in milliseconds. */
export function timeOfUuid(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, timeDigits + 1).replace('-', ''), 16))
}
