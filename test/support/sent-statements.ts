const parse = 'P'.charCodeAt(0)
const bind = 'B'.charCodeAt(0)
/** The kind of a message and its length (PostgreSQL, "Frontend/Backend Protocol", 55.7). */
const headBytes = 5

/** The statements that one client sends to PostgreSQL, also those that it has prepared and names only. */
export class SentStatements {
  readonly #prepared = new Map<string, string>()

  /** The bytes of the chunk as text, with the text of the statement that it names. */
  textOf(chunk: Buffer): string {
    const text = chunk.toString('latin1')
    const [first = '', second = ''] = text.slice(headBytes).split('\0', 2)
    if (chunk[0] === parse && first !== '') this.#prepared.set(first, second)
    return chunk[0] === bind ? text + (this.#prepared.get(second) ?? '') : text
  }
}
