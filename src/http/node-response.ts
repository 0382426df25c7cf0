import type { ServerResponse } from 'node:http'

/** Writes an answer to the socket. Bodies are whole: nothing here streams. */
export async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  const body = response.body === null ? null : Buffer.from(await response.arrayBuffer())
  if (outgoing.destroyed || outgoing.headersSent || outgoing.socket?.writable === false) return
  const headers: Record<string, string | string[]> = {}
  response.headers.forEach((value, name) => {
    headers[name] = value
  })
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers['set-cookie'] = cookies
  if (body !== null || (response.status !== 204 && response.status !== 304)) {
    headers['content-length'] = String(body?.length ?? 0)
  }
  outgoing.writeHead(response.status, headers)
  outgoing.end(body ?? undefined)
}
