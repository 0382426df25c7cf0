/** The client's headers that Gatehouse requires. X-Forwarded-For is not copied but appended to. */
export const requiredHeaders = [
  'accept-language',
  'authorization',
  'cookie',
  'origin',
  'sec-fetch-site',
  'user-agent',
  'x-api-key',
  'x-csrf-token',
  'x-request-id',
]

/** Headers of Gatehouse that clients require, besides Set-Cookie. */
export const returnedHeaders = ['retry-after', 'ratelimit', 'ratelimit-policy']

/** The headers for one subgraph: all required ones for Gatehouse, `authorization` for every other one. */
export function forwardedHeaders(subgraph: string, headers: Headers, peer: string): Record<string, string> {
  const names = subgraph === 'gatehouse' ? requiredHeaders : ['authorization']
  const forwarded: Record<string, string> = {}
  for (const name of names) {
    const value = headers.get(name)
    if (value !== null) forwarded[name] = value
  }
  if (subgraph !== 'gatehouse') return forwarded
  const before = headers.get('x-forwarded-for')
  return { ...forwarded, 'x-forwarded-for': before === null ? peer : `${before}, ${peer}` }
}
