/** Whether the value is an object, whose fields can be read. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object(value) === value
}

/** The value at a path of field names; undefined if a step of the path is missing. */
export function get(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((found, name) => Object(found)[name], value)
}

/** An array unchanged; an empty array for anything else. */
export function toArray(value: unknown): readonly unknown[] {
  return Array.from(Object(value))
}

/** A string unchanged; null for anything else. */
export function toText(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
