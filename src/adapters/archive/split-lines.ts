const lineEnd = 0x0a
/** Far beyond any line of ours: what has no end is not read into memory. */
const maxLine = 1024 * 1024

/** The bytes between line ends; what follows the last one is a line, too. @throws for a line that does not end */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncIterable<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    let text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let end = text.indexOf(lineEnd); end !== -1; end = text.indexOf(lineEnd)) {
      yield text.subarray(0, end)
      text = text.subarray(end + 1)
    }
    if (text.length > maxLine) throw new Error(`a line is longer than ${maxLine} bytes`)
    rest = text
  }
  if (rest.length > 0) yield rest
}
