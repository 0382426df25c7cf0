const lineEnd = 0x0a
/** Maximum length of a line, far above any line of an archive; bounds the memory for a file without line ends. */
const maxLineBytes = 1024 * 1024

/** Yields the bytes of each line, without the line end. A last line without one counts. @throws if a line is too long */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncIterable<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    let text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let end = text.indexOf(lineEnd); end !== -1; end = text.indexOf(lineEnd)) {
      yield text.subarray(0, end)
      text = text.subarray(end + 1)
    }
    if (text.length > maxLineBytes) throw new Error(`a line is longer than ${maxLineBytes} bytes`)
    rest = text
  }
  if (rest.length > 0) yield rest
}
