import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { splitLines } from './split-lines.ts'

/** Yields the lines of a compressed file, without their ends. Closes the source. @throws the errors of the source */
export async function* gunzipLines(source: Readable): AsyncIterable<Uint8Array> {
  const lines = createGunzip()
  // Errors of the source are thrown to the reader of the lines.
  const reading = pipeline(source, lines).catch(() => undefined)
  try {
    yield* splitLines(lines)
  } finally {
    source.destroy()
    lines.destroy()
    await reading
  }
}
