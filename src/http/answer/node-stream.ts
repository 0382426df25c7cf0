import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** Comments keep a stream that is read alive; a client that takes nothing for so long is gone. */
const stalledMs = 60_000

/** Writes a body as it comes, until it ends or the client goes away; then whatever makes it is told to stop. */
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
 * Yoga's body is destroyed by its own `cancel`; that of its reader waits for the read that is under way, and with it for
 * the next comment. Any other body is locked by its reader, which then cancels it at once.
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

/** Tells a stream that nobody is there to read it. Yoga's can only be cancelled once it has begun. */
export async function endUnread(response: Response): Promise<void> {
  const reader = response.body?.getReader()
  await reader?.read()
  await reader?.cancel()
}

/** Resolves as well when it never will be again. */
function writable(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      outgoing.off('drain', finish).off('close', finish)
      resolve()
    }
    outgoing.once('drain', finish).once('close', finish)
  })
}
