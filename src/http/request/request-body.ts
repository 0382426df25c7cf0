import type { IncomingMessage } from 'node:http'
import type { RequestContext } from './request-context.ts'
import { RequestRefusal } from './request-refusal.ts'

/** Maximum length of a body. */
export const maxBodyBytes = 100_000
/** The rest of a refused body is read and discarded up to this length, so that the client gets the response and not a reset. */
export const maxDiscardedBytes = 32 * 1024 * 1024

export function bodyTooLarge(
  headers: Readonly<Record<string, string>> = {},
  limit = maxBodyBytes,
): RequestRefusal {
  return new RequestRefusal(413, 'BAD_USER_INPUT', `The body is larger than ${limit} bytes.`, {
    headers,
  })
}

/** The whole body; can be called repeatedly. @throws RequestRefusal 413 as soon as it is too large */
export function bodyOf(request: Request, context: RequestContext): Promise<Uint8Array> {
  context.body ??= readBody(request, context.incoming)
  return context.body
}

/** The whole body, counted while it arrives. @throws RequestRefusal 413 as soon as it is too large */
export function readBody(
  request: Request,
  incoming: IncomingMessage | null,
  limit = maxBodyBytes,
): Promise<Uint8Array> {
  return incoming === null ? readStream(request, limit) : readIncoming(incoming, limit)
}

/** Null if the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

function readIncoming(incoming: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const finish = () => {
      incoming.off('data', collect).off('end', end).off('close', abort).off('error', abort)
    }
    const collect = (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      if (length <= limit) return
      finish()
      discardRest(incoming)
      reject(bodyTooLarge({}, limit))
    }
    const end = () => {
      finish()
      const [first] = chunks
      resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks))
    }
    const abort = () => {
      finish()
      incoming.on('error', () => undefined)
      reject(new RequestRefusal(400, 'BAD_USER_INPUT', 'The body ended early.'))
    }
    incoming.on('data', collect).once('end', end).once('close', abort).once('error', abort)
  })
}

function discardRest(incoming: IncomingMessage): void {
  let discarded = 0
  incoming.on('error', () => undefined)
  incoming.on('data', (chunk: Buffer) => {
    discarded += chunk.length
    if (discarded > maxDiscardedBytes) incoming.destroy()
  })
}

async function readStream(request: Request, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = request.body?.getReader()
  if (reader === undefined) return new Uint8Array()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks)
    length += value.byteLength
    chunks.push(value)
    if (length <= limit) continue
    await reader.cancel()
    throw bodyTooLarge({}, limit)
  }
}
