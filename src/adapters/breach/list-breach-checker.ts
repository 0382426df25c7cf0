import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { BreachChecker } from '../../domain/passwords/breach-checker.ts'
import type { Logger } from '../../lib/logger.ts'

const line = /^([0-9A-F]{40}):\d+\s*$/i
/** A line is at most 40 digits, a colon, ten digits and a line end. */
const lineBytes = 64

/**
 * Looks a password up in a file of `SHA1:count` lines in the order of their digests, as the downloader of Have I Been
 * Pwned writes it; 40 GB take some 30 reads, nothing is kept in memory.
 */
export class ListBreachChecker implements BreachChecker {
  readonly #file: FileHandle
  readonly #bytes: number
  readonly #logger: Logger

  private constructor(file: FileHandle, bytes: number, logger: Logger) {
    this.#file = file
    this.#bytes = bytes
    this.#logger = logger
  }

  /** @throws when the file cannot be read, or does not begin like such a list */
  static async open(path: string, logger: Logger): Promise<ListBreachChecker> {
    const file = await open(path, 'r')
    const { size } = await file.stat()
    const checker = new ListBreachChecker(file, size, logger)
    const first = await checker.#lineFrom(0).catch(() => null)
    if (first !== null) return checker
    await file.close()
    throw new Error('BREACH_LIST_FILE wants lines of SHA-1 digest, colon and count, sorted by digest.')
  }

  async isBreached(password: string): Promise<boolean | null> {
    try {
      return await this.#has(createHash('sha1').update(password).digest('hex').toUpperCase())
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      this.#logger.warn({ error: text }, 'the list of breached passwords could not be read')
      return null
    }
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  /** Halves the span in which a line with that digest can begin. */
  async #has(digest: string): Promise<boolean> {
    let low = 0
    let high = this.#bytes
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const found = await this.#lineFrom(middle)
      if (found === null || found.at >= high) {
        high = middle
        continue
      }
      if (found.digest === digest) return true
      if (found.digest < digest) low = found.at + found.length
      else high = middle
    }
    return false
  }

  /** The first line that begins at that place or after it; null when there is none any more. */
  async #lineFrom(place: number): Promise<{ digest: string; at: number; length: number } | null> {
    const from = place === 0 ? 0 : place - 1
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(2 * lineBytes), 0, 2 * lineBytes, from)
    const text = buffer.toString('latin1', 0, bytesRead)
    const begin = place === 0 ? 0 : text.indexOf('\n') + 1
    if (begin === 0 && place !== 0) return this.#noLine(bytesRead === 2 * lineBytes)
    const end = text.indexOf('\n', begin)
    const written = end === -1 ? text.slice(begin) : text.slice(begin, end + 1)
    if (written === '') return null
    const digest = line.exec(written)?.[1]
    if (digest === undefined) return this.#noLine(true)
    return { digest: digest.toUpperCase(), at: from + begin, length: written.length }
  }

  #noLine(wrong: boolean): null {
    if (wrong) throw new Error('a line is no digest with a count')
    return null
  }
}
