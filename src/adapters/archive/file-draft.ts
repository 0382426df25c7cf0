import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type FileHandle, link, open, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip, type Gzip } from 'node:zlib'
import type { ArchiveDraft } from '../../domain/audit/archive-folder.ts'
import { equalDigests, toHex } from '../../lib/crypto/digest.ts'
import { randomBytes } from '../../lib/crypto/random.ts'
import { errorCode } from '../../lib/text/error-text.ts'

const draftNames = /^\.audit-.*\.draft$/
/** Error codes of file systems without hard links. */
const noLinks = /^(EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS|EMLINK)$/

/** A gzipped file that has a temporary name until it is published. */
export class FileDraft implements ArchiveDraft {
  readonly #folder: string
  readonly #name: string
  readonly #draft: string
  readonly #handle: FileHandle
  readonly #gzip: Gzip = createGzip()
  readonly #hash = createHash('sha256')
  readonly #writing: Promise<void>
  readonly #digestOfPresent: () => Promise<Uint8Array | null>

  private constructor(
    names: { folder: string; name: string; draft: string },
    handle: FileHandle,
    digestOfPresent: () => Promise<Uint8Array | null>,
  ) {
    this.#folder = names.folder
    this.#name = names.name
    this.#draft = names.draft
    this.#handle = handle
    this.#digestOfPresent = digestOfPresent
    this.#writing = pipeline(this.#gzip, (chunks) => this.#save(chunks))
    // Callers of `write` and `publish` receive the rejection.
    this.#writing.catch(() => undefined)
  }

  static isDraft(name: string): boolean {
    return draftNames.test(name)
  }

  static async open(
    folder: string,
    name: string,
    digestOfPresent: () => Promise<Uint8Array | null>,
  ): Promise<FileDraft> {
    const draft = `.${name}.${toHex(randomBytes(6))}.draft`
    const handle = await open(join(folder, draft), 'wx', 0o600)
    return new FileDraft({ folder, name, draft }, handle, digestOfPresent)
  }

  async write(lines: readonly string[]): Promise<void> {
    const hasRoom = this.#gzip.write(lines.map((line) => `${line}\n`).join(''))
    if (!hasRoom) await Promise.race([once(this.#gzip, 'drain'), this.#writing])
  }

  async publish(): Promise<Uint8Array<ArrayBuffer>> {
    this.#gzip.end()
    await this.#writing
    await this.#handle.sync()
    await this.#handle.close()
    const digest = new Uint8Array(this.#hash.digest())
    await this.#giveFinalName(digest)
    await syncFolder(this.#folder)
    return digest
  }

  async discard(): Promise<void> {
    this.#gzip.destroy()
    await this.#writing.catch(() => undefined)
    await this.#handle.close().catch(() => undefined)
    await unlink(this.#path(this.#draft)).catch(() => undefined)
  }

  async #save(chunks: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of chunks) {
      this.#hash.update(chunk)
      await this.#handle.writeFile(chunk)
    }
  }

  /** Adds the final name as a hard link, which fails if the name exists: an existing file is never overwritten. */
  async #giveFinalName(digest: Uint8Array): Promise<void> {
    const present = await this.#digestOfPresent()
    if (present !== null && !equalDigests(present, digest)) await this.#setAside(present)
    if (present === null || !equalDigests(present, digest)) await this.#link()
    await unlink(this.#path(this.#draft)).catch(() => undefined)
  }

  async #link(): Promise<void> {
    try {
      await link(this.#path(this.#draft), this.#path(this.#name))
    } catch (error) {
      if (!noLinks.test(errorCode(error) ?? '')) throw error
      await rename(this.#path(this.#draft), this.#path(this.#name))
    }
  }

  async #setAside(present: Uint8Array): Promise<void> {
    const mark = toHex(present).slice(0, 8)
    await rename(this.#path(this.#name), this.#path(`${this.#name}.${mark}.unrecorded`))
  }

  #path(name: string): string {
    return join(this.#folder, name)
  }
}

/** Writes the directory entry to disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
