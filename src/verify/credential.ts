/** Headers of a request: those of fetch, or those of Node. */
export type RequestHeaders =
  | { get(name: string): string | null | undefined }
  | Readonly<Record<string, string | readonly string[] | undefined>>

const bearer = /^Bearer +([^\s,]+)$/i

/** The access token or API key of a request; `MALFORMED` if it has two, or another scheme than Bearer. Cookies are not read. */
export function readCredential(
  headers: RequestHeaders,
): { readonly token: string } | 'MISSING' | 'MALFORMED' {
  const authorization = headerOf(headers, 'authorization')
  const apiKey = headerOf(headers, 'x-api-key')
  if (authorization === null && apiKey === null) return 'MISSING'
  if (authorization !== null && apiKey !== null) return 'MALFORMED'
  if (apiKey !== null) return apiKey.startsWith('ghk_') ? { token: apiKey } : 'MALFORMED'
  const token = bearer.exec(authorization ?? '')?.[1]
  return token === undefined ? 'MALFORMED' : { token }
}

function headerOf(headers: RequestHeaders, name: string): string | null {
  const value = isFetchHeaders(headers) ? headers.get(name) : headers[name]
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : value.join(', ')
}

function isFetchHeaders(
  headers: RequestHeaders,
): headers is { get(name: string): string | null | undefined } {
  return 'get' in headers && typeof headers.get === 'function'
}
