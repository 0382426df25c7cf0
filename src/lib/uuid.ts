const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether a value is a uuid in its canonical, lower-case text form (RFC 9562 section 4). */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value)
}
