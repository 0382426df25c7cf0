import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ArchiveDraft, type ArchiveFolder, archiveNames } from '../../domain/audit/archive-folder.ts'
import { gunzipLines } from './gunzip-lines.ts'
import type { S3Bucket } from './s3-bucket.ts'
import { S3Draft } from './s3-draft.ts'

/** Archives as objects of an S3-compatible service. Requires the rights to list, read and write objects, not to delete them. */
export class S3ArchiveFolder implements ArchiveFolder {
  readonly #bucket: S3Bucket

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket
  }

  async begin(name: string): Promise<ArchiveDraft> {
    return new S3Draft(this.#bucket, name, () => this.digestOf(name))
  }

  /** Nothing is left behind: a draft is in memory, and an object is stored as a whole or not at all. */
  async clean(): Promise<void> {}

  async list(): Promise<readonly string[]> {
    return (await this.#bucket.list()).filter((name) => archiveNames.test(name)).toSorted()
  }

  async *read(name: string): AsyncIterable<Uint8Array> {
    const source = await this.#open(name)
    if (source === null) throw new Error(`${name} is missing in the storage of the audit archive`)
    yield* gunzipLines(source)
  }

  async digestOf(name: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const source = await this.#open(name)
    if (source === null) return null
    const hash = createHash('sha256')
    await pipeline(source, hash)
    return new Uint8Array(hash.digest())
  }

  async #open(name: string): Promise<Readable | null> {
    const response = await this.#bucket.get(name)
    if (response === null) return null
    return Readable.from(response.body ?? [])
  }
}
