import { open } from 'node:fs/promises'
import type { NumberedLine } from '../../flows/operator/import/import-rows.ts'

/** Longer lines and records are refused, so that a file without line feeds needs no more memory than this. */
const maxRecordLength = 262_144

/** Yields the text of a file in parts. */
export async function* readText(file: string): AsyncIterable<string> {
  const handle = await open(file)
  try {
    if (!(await handle.stat()).isFile()) throw new Error(`${file} is not a file.`)
    yield* handle.createReadStream({ encoding: 'utf8', autoClose: false })
  } finally {
    await handle.close()
  }
}

/** Splits a text into its lines. Null stands for a line that is longer than `maxLength`. */
export async function* splitLines(
  parts: AsyncIterable<string>,
  maxLength = maxRecordLength,
): AsyncIterable<string | null> {
  let line: string | null = ''
  for await (const part of parts) {
    const [first = '', ...rest] = part.split('\n')
    line = appended(line, first, maxLength)
    for (const next of rest) {
      yield withoutReturn(line)
      line = appended('', next, maxLength)
    }
  }
  if (line !== '') yield withoutReturn(line)
}

function appended(line: string | null, text: string, maxLength: number): string | null {
  return line === null || line.length + text.length > maxLength ? null : line + text
}

function withoutReturn(line: string | null): string | null {
  return line?.endsWith('\r') === true ? line.slice(0, -1) : line
}

/**
 * Yields the objects of a JSON document: those of its array, or of the array `users` of its object. Holds one of them in
 * memory. The line is that on which an object begins.
 * @throws Error if there is no such array, or the document is cut off
 */
export async function* readUsers(
  parts: AsyncIterable<string>,
  maxLength = maxRecordLength,
): AsyncIterable<NumberedLine> {
  const scan = new UsersScan(maxLength)
  for await (const part of parts) yield* scan.read(part)
  scan.finish()
}

const arrayKey = 'users'
const maxKeyLength = 64

class UsersScan {
  readonly #maxLength: number
  #line = 1
  #depth = 0
  #inString = false
  #escaped = false
  /** Depth inside of the array; null: outside. */
  #arrayDepth: number | null = null
  #found = false
  /** The last string directly inside of the document's object, which a colon makes a key. */
  #string = ''
  #key = ''
  #record: { line: number; text: string | null } | null = null

  constructor(maxLength: number) {
    this.#maxLength = maxLength
  }

  *read(part: string): Iterable<NumberedLine> {
    let kept = 0
    for (let place = 0; place < part.length; place += 1) {
      const character = part[place] ?? ''
      if (character === '\n') this.#line += 1
      if (this.#inString) {
        this.#readInString(character)
        continue
      }
      if (character === '{' && this.#depth === this.#arrayDepth) {
        this.#record = { line: this.#line, text: '' }
        kept = place
      }
      this.#readStructure(character)
      if (this.#record !== null && character === '}' && this.#depth === this.#arrayDepth) {
        this.#keep(part.slice(kept, place + 1))
        yield this.#record
        this.#record = null
      }
    }
    if (this.#record !== null) this.#keep(part.slice(kept))
  }

  finish(): void {
    if (!this.#found) throw new Error(`The file is no JSON array, and has no array "${arrayKey}".`)
    if (this.#depth !== 0) throw new Error('The file is cut off: the JSON document has no end.')
  }

  #keep(text: string): void {
    if (this.#record === null) return
    this.#record = { ...this.#record, text: appended(this.#record.text, text, this.#maxLength) }
  }

  #readInString(character: string): void {
    if (this.#escaped) this.#escaped = false
    else if (character === '\\') this.#escaped = true
    else if (character === '"') this.#inString = false
    else if (this.#depth === 1 && this.#string.length < maxKeyLength) this.#string += character
  }

  #readStructure(character: string): void {
    if (character === '"') {
      this.#inString = true
      this.#string = ''
    } else if (character === ':' && this.#depth === 1) this.#key = this.#string
    else if (character === ',' && this.#depth === 1) this.#key = ''
    else if (character === '{' || character === '[') this.#descend(character)
    else if (character === '}' || character === ']') {
      if (this.#arrayDepth === this.#depth) this.#arrayDepth = null
      this.#depth -= 1
    }
  }

  #descend(character: string): void {
    const isArray = this.#depth === 0 || (this.#depth === 1 && this.#key === arrayKey)
    this.#depth += 1
    if (character !== '[' || !isArray || this.#arrayDepth !== null) return
    this.#arrayDepth = this.#depth
    this.#found = true
  }
}
