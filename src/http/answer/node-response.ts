import type { ServerResponse } from 'node:http'
import { endUnread, sendStream } from './node-stream.ts'

/** Writes a response to the socket. Bodies are buffered, except event streams. */
export async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  const streams = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  const body = streams ? null : await bodyOf(response)
  if (outgoing.destroyed || outgoing.headersSent || outgoing.socket?.writable === false) {
    if (streams) await endUnread(response)
    return
  }
  const headers = headersOf(response)
  if (body === null) return sendStream(response, headers, outgoing)
  if (response.status !== 204 && response.status !== 304)
    headers['content-length'] = String(Buffer.byteLength(body))
  outgoing.writeHead(response.status, headers)
  outgoing.end(body)
}

function headersOf(response: Response): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  response.headers.forEach((value, name) => {
    headers[name] = value
  })
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers['set-cookie'] = cookies
  return headers
}

/** Text stays a string: Node sends it in one write with the headers, which saves much of the cost of a small response. */
async function bodyOf(response: Response): Promise<string | Buffer> {
  return response.headers.has('content-encoding')
    ? Buffer.from(await response.arrayBuffer())
    : await response.text()
}
