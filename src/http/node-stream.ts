import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** Comments keep a stream that is read alive; a client that takes nothing for so long is gone. */
const STALLED_MS = 60_000

/** Writes a body as it comes, until it ends or the client goes away; then whatever makes it is told to stop. */
export async function sendStream(
  response: Response,
  headers: OutgoingHttpHeaders,
  outgoing: ServerResponse,
): Promise<void> {
  const reader = response.body?.getReader()
  outgoing.once('close', () => void reader?.cancel().catch(() => undefined))
  outgoing.setTimeout(STALLED_MS, () => outgoing.destroy())
  outgoing.writeHead(response.status, headers)
  outgoing.flushHeaders()
  for (;;) {
    const { done = true, value } = (await reader?.read()) ?? {}
    if (done || outgoing.destroyed) break
    if (!outgoing.write(value)) await writable(outgoing)
  }
  outgoing.end()
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
