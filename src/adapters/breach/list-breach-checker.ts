import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { BreachChecker } from '../../domain/passwords/breach-checker.ts'
import { errorText } from '../../lib/error-text.ts'
import type { Logger } from '../../lib/logger.ts'

const line = /^([0-9A-F]{40}):\d+\s*$/i
/** Holds a whole line wherever it begins: one is at most 40 digits, a colon, ten digits and a line end. */
const windowBytes = 128

/**
 * Looks a password up in a file of `SHA1:count` lines in the order of their digests, as the downloader of Have I Been
 * Pwned writes it; 40 GB take some 30 reads, nothing is kept in memory.
 */
export class ListBreachChecker implements BreachChecker {
  readonly #path: string
  readonly #logger: Logger
  #opened: Promise<OpenList> | null = null

  constructor(path: string, logger: Logger) {
    this.#path = path
    this.#logger = logger
  }

  /** Opens the file at once. @throws when it cannot be read, or does not begin like such a list */
  async prepare(): Promise<void> {
    const list = await this.#open()
    if ((await lineFrom(list, 0)) === null) throw new Error('BREACH_LIST_FILE is empty.')
  }

  async isBreached(password: string): Promise<boolean | null> {
    try {
      const digest = createHash('sha1').update(password).digest('hex').toUpperCase()
      return await has(await this.#open(), digest)
    } catch (error) {
      const text = errorText(error)
      this.#logger.warn({ error: text }, 'the list of breached passwords could not be read')
      return null
    }
  }

  async close(): Promise<void> {
    const list = await this.#opened?.catch(() => null)
    await list?.file.close()
  }

  /** A file that could not be opened is tried again by the next password. */
  #open(): Promise<OpenList> {
    this.#opened ??= openList(this.#path).catch((error) => {
      this.#opened = null
      throw error
    })
    return this.#opened
  }
}

interface OpenList {
  readonly file: FileHandle
  readonly bytes: number
}

async function openList(path: string): Promise<OpenList> {
  const file = await open(path, 'r')
  return { file, bytes: (await file.stat()).size }
}

/** Halves the span in which a line with that digest can begin. */
async function has(list: OpenList, digest: string): Promise<boolean> {
  let low = 0
  let high = list.bytes
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const found = await lineFrom(list, middle)
    if (found?.digest === digest) return true
    if (found === null || found.at >= high || found.digest > digest) high = middle
    else low = found.at + found.length
  }
  return false
}

/** The first line that begins at that place or after it; null when there is none any more. */
async function lineFrom({ file }: OpenList, place: number) {
  // From the character before: it tells whether a line begins at the place itself.
  const from = Math.max(0, place - 1)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(windowBytes), 0, windowBytes, from)
  const text = buffer.toString('latin1', 0, bytesRead)
  const begin = place === 0 ? 0 : text.indexOf('\n') + 1
  if (place > 0 && begin === 0 && bytesRead < windowBytes) return null
  const end = text.indexOf('\n', begin)
  const written = text.slice(begin, end === -1 ? undefined : end + 1)
  if (written === '') return null
  const digest = line.exec(written)?.[1]
  if (digest === undefined) throw new Error('The list wants lines of SHA-1 digest, colon and count.')
  return { digest: digest.toUpperCase(), at: from + begin, length: written.length }
}
