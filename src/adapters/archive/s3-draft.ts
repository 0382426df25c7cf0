import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import { createGzip, type Gzip } from 'node:zlib'
import type { ArchiveDraft } from '../../domain/audit/archive-folder.ts'
import { equalDigests, sha256, toHex } from '../../lib/crypto/digest.ts'
import type { S3Bucket } from './s3-bucket.ts'

/** A gzipped file in memory, which is stored as a whole. */
export class S3Draft implements ArchiveDraft {
  readonly #bucket: S3Bucket
  readonly #name: string
  readonly #digestOfPresent: () => Promise<Uint8Array | null>
  readonly #gzip: Gzip = createGzip()
  readonly #chunks: Buffer[] = []
  readonly #writing: Promise<void>

  constructor(bucket: S3Bucket, name: string, digestOfPresent: () => Promise<Uint8Array | null>) {
    this.#bucket = bucket
    this.#name = name
    this.#digestOfPresent = digestOfPresent
    this.#writing = pipeline(this.#gzip, async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) this.#chunks.push(chunk)
    })
    // Callers of `write` and `publish` receive the rejection.
    this.#writing.catch(() => undefined)
  }

  async write(lines: readonly string[]): Promise<void> {
    const hasRoom = this.#gzip.write(lines.map((line) => `${line}\n`).join(''))
    if (!hasRoom) await Promise.race([once(this.#gzip, 'drain'), this.#writing])
  }

  /** Safe to repeat: equal events have equal bytes, and an object with these bytes is not written again. */
  async publish(): Promise<Uint8Array<ArrayBuffer>> {
    this.#gzip.end()
    await this.#writing
    const bytes = new Uint8Array(Buffer.concat(this.#chunks))
    const digest = sha256(bytes)
    const present = await this.#digestOfPresent()
    if (present !== null && equalDigests(present, digest)) return digest
    if (present !== null) await this.#setAside(present)
    await this.#bucket.put(this.#name, bytes)
    return digest
  }

  async discard(): Promise<void> {
    this.#gzip.destroy()
    await this.#writing.catch(() => undefined)
    this.#chunks.length = 0
  }

  async #setAside(present: Uint8Array): Promise<void> {
    const mark = toHex(present).slice(0, 8)
    await this.#bucket.copy(this.#name, `${this.#name}.${mark}.unrecorded`)
  }
}
