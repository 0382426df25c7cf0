/** What Gatehouse wants to see of a client's request; X-Forwarded-For has a rule of its own. */
export const wantedHeaders = [
  'authorization',
  'cookie',
  'origin',
  'sec-fetch-site',
  'user-agent',
  'x-api-key',
  'x-csrf-token',
  'x-request-id',
]

/** The headers for one subgraph: all of them for Gatehouse, who asks for everybody else. */
export function forwardedHeaders(subgraph: string, headers: Headers, peer: string): Record<string, string> {
  const names = subgraph === 'gatehouse' ? wantedHeaders : ['authorization']
  const forwarded: Record<string, string> = {}
  for (const name of names) {
    const value = headers.get(name)
    if (value !== null) forwarded[name] = value
  }
  if (subgraph !== 'gatehouse') return forwarded
  const before = headers.get('x-forwarded-for')
  return { ...forwarded, 'x-forwarded-for': before === null ? peer : `${before}, ${peer}` }
}
