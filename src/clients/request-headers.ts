import { isObject } from './json.ts'

const sessionHeaderNames = ['authorization', 'x-csrf-token']

/**
 * Replaces the session's headers in the headers of an operation. Those of an earlier attempt are removed.
 * @param given The headers that the application has set, as an object.
 */
export function withSessionHeaders(given: unknown, session: Readonly<Record<string, string>>) {
  const others = Object.entries(isObject(given) ? given : {}).filter(
    ([name]) => !sessionHeaderNames.includes(name),
  )
  return { ...Object.fromEntries(others.map(([name, value]) => [name, String(value)])), ...session }
}
