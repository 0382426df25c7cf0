import { isObject } from './unavailable.ts'

const ours = ['authorization', 'x-csrf-token']

/**
 * The headers of an operation with those of the session: what an earlier attempt was sent with is left out.
 * @param given What the application has set, as an object.
 */
export function withSessionHeaders(given: unknown, session: Readonly<Record<string, string>>) {
  const others = Object.entries(isObject(given) ? given : {}).filter(([name]) => !ours.includes(name))
  return { ...Object.fromEntries(others.map(([name, value]) => [name, String(value)])), ...session }
}
