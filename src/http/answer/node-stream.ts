import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** Closes the connection after this time without a write. Comments keep a stream alive while its client reads. */
const stalledMs = 60_000

/** Writes a body as it arrives, until it ends or the client disconnects, which cancels the body. */
export async function sendStream(
  response: Response,
  headers: OutgoingHttpHeaders,
  outgoing: ServerResponse,
): Promise<void> {
  const { body } = response
  const reader = body?.getReader()
  outgoing.once('close', () => {
    if (body !== null && reader !== undefined) void cancelNow(body, reader)
  })
  outgoing.setTimeout(stalledMs, () => outgoing.destroy())
  outgoing.writeHead(response.status, headers)
  outgoing.flushHeaders()
  for (;;) {
    const { done = true, value } = (await reader?.read()) ?? {}
    if (done || outgoing.destroyed) break
    if (!outgoing.write(value)) await writable(outgoing)
  }
  outgoing.end()
}

/**
 * Yoga's body is destroyed by its own `cancel`; its reader's `cancel` waits for the pending read, and therefore for the
 * next comment. Any other body is locked by its reader, which then cancels it immediately.
 */
async function cancelNow(
  body: ReadableStream<Uint8Array>,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<void> {
  await body
    .cancel()
    .catch(() => reader.cancel())
    .catch(() => undefined)
}

/** Cancels a stream that has no reader. Yoga's stream can only be cancelled after a first read. */
export async function endUnread(response: Response): Promise<void> {
  const reader = response.body?.getReader()
  await reader?.read()
  await reader?.cancel()
}

/** Resolves when the response is writable again, or closed. */
function writable(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      outgoing.off('drain', finish).off('close', finish)
      resolve()
    }
    outgoing.once('drain', finish).once('close', finish)
  })
}
