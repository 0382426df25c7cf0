import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { BreachChecker } from '../../domain/passwords/breach-checker.ts'
import type { Logger } from '../../lib/observation/logger.ts'
import { errorText } from '../../lib/text/error-text.ts'

const line = /^([0-9A-F]{40}):\d+\s*$/i
/** Large enough for a complete line from any offset: a line has at most 40 digits, a colon, ten digits and a line end. */
const windowBytes = 128

/**
 * Looks up a password in a file of `SHA1:count` lines, sorted by digest: the format of the downloader of Have I Been
 * Pwned. A look-up in 40 GB takes about 30 reads. Nothing is kept in memory.
 */
export class ListBreachChecker implements BreachChecker {
  readonly #path: string
  readonly #logger: Logger
  #opened: Promise<OpenList> | null = null

  constructor(path: string, logger: Logger) {
    this.#path = path
    this.#logger = logger
  }

  /** Opens the file. @throws if it cannot be read, or its first line has another format */
  async prepare(): Promise<void> {
    const list = await this.#open()
    if ((await lineFrom(list, 0)) === null) throw new Error('BREACH_LIST_FILE names an empty file.')
  }

  async isBreached(password: string): Promise<boolean | null> {
    try {
      const digest = createHash('sha1').update(password).digest('hex').toUpperCase()
      return await contains(await this.#open(), digest)
    } catch (error) {
      this.#logger.warn({ error: errorText(error) }, 'the file of BREACH_LIST_FILE cannot be read')
      return null
    }
  }

  async close(): Promise<void> {
    const list = await this.#opened?.catch(() => null)
    await list?.file.close()
  }

  /** If the file cannot be opened, the next password tries again. */
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

/** Binary search for a line with that digest. */
async function contains(list: OpenList, digest: string): Promise<boolean> {
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

/** The first line that begins at or after the offset; null = none. */
async function lineFrom({ file }: OpenList, offset: number) {
  // Reads from the previous character, which shows whether a line begins exactly at the offset.
  const from = Math.max(0, offset - 1)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(windowBytes), 0, windowBytes, from)
  const text = buffer.toString('latin1', 0, bytesRead)
  const begin = offset === 0 ? 0 : text.indexOf('\n') + 1
  if (offset > 0 && begin === 0 && bytesRead < windowBytes) return null
  const end = text.indexOf('\n', begin)
  const lineText = text.slice(begin, end === -1 ? undefined : end + 1)
  if (lineText === '') return null
  const digest = line.exec(lineText)?.[1]
  if (digest === undefined)
    throw new Error('The file of BREACH_LIST_FILE has a line that is not "SHA-1 digest:count".')
  return { digest: digest.toUpperCase(), at: from + begin, length: lineText.length }
}
