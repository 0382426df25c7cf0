import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type ArchiveDraft, type ArchiveFolder, archiveNames } from '../../domain/audit/archive-folder.ts'
import { errorCode } from '../../lib/text/error-text.ts'
import { FileDraft } from './file-draft.ts'
import { gunzipLines } from './gunzip-lines.ts'

/** Archives as files in one folder, which is created with the first file. */
export class FileArchiveFolder implements ArchiveFolder {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async begin(name: string): Promise<ArchiveDraft> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    return FileDraft.open(this.#folder, name, () => this.digestOf(name))
  }

  async clean(): Promise<void> {
    for (const name of await this.#names())
      if (FileDraft.isDraft(name)) await unlink(join(this.#folder, name))
  }

  async list(): Promise<readonly string[]> {
    return (await this.#names()).filter((name) => archiveNames.test(name)).toSorted()
  }

  async *read(name: string): AsyncIterable<Uint8Array> {
    yield* gunzipLines(createReadStream(join(this.#folder, name)))
  }

  async digestOf(name: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const hash = createHash('sha256')
    try {
      await pipeline(createReadStream(join(this.#folder, name)), hash)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null
      throw error
    }
    return new Uint8Array(hash.digest())
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await readdir(this.#folder)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return []
      throw error
    }
  }
}
