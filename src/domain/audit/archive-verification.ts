import { equalDigests, sha256 } from '../../lib/digest.ts'
import { errorText } from '../../lib/error-text.ts'
import { noHead, previousOf } from './archive-chain.ts'
import type { ArchiveFolder } from './archive-folder.ts'
import type { ArchiveRecord } from './audit-archive-store.ts'

/** Something that is not as it was written. */
export interface ArchiveFinding {
  readonly file: string
  /** The first line of the file that it is about, from 1 on; null where it is about the whole file. */
  readonly line: number | null
  readonly what: string
  /** False for what a run that was killed may have left behind. */
  readonly wrong: boolean
}

type ReadableFolder = Pick<ArchiveFolder, 'list' | 'read' | 'digestOf'>

/**
 * Compares the files of a folder with what was recorded of them: each is there, in its place, byte for byte, and every
 * line names the one before, from the first file to the last. Tells the first flaw of each file.
 */
export async function* verifyArchives(
  folder: ReadableFolder,
  records: readonly ArchiveRecord[],
): AsyncIterable<ArchiveFinding> {
  const present = new Set(await folder.list())
  const fileOf = new Map(records.map(({ digest, file }) => [hex(digest), file]))
  let before: ArchiveRecord | null = null
  for (const record of records) {
    yield* verifyRecord(record, before)
    before = record
    const finding = present.has(record.file)
      ? await verifyFile(folder, record, fileOf)
      : wrong(record.file, null, 'is missing')
    if (finding !== null) yield finding
    present.delete(record.file)
  }
  for (const file of present)
    yield { file, line: null, what: 'is not recorded: the next run writes that day anew', wrong: false }
}

function* verifyRecord(record: ArchiveRecord, before: ArchiveRecord | null): Iterable<ArchiveFinding> {
  const sequence = (before?.sequence ?? 0) + 1
  if (record.sequence !== sequence)
    yield wrong(record.file, null, `is recorded as number ${record.sequence}, but ${sequence} is missing`)
  else if (!equalDigests(record.previousHead, before?.head ?? noHead))
    yield wrong(record.file, null, 'its record does not follow the record before it')
}

async function verifyFile(
  folder: ReadableFolder,
  record: ArchiveRecord,
  fileOf: ReadonlyMap<string, string>,
): Promise<ArchiveFinding | null> {
  const { file } = record
  const digest = await folder.digestOf(file)
  if (digest === null) return wrong(file, null, 'is missing')
  const intact = equalDigests(digest, record.digest)
  const owner = intact ? undefined : fileOf.get(hex(digest))
  if (owner !== undefined) return wrong(file, null, `holds what belongs in ${owner}`)
  const flaw = await findFlaw(folder, record)
  if (flaw !== null) return wrong(file, flaw.line, flaw.what)
  return intact ? null : wrong(file, null, 'was changed around its lines: every line is as it was written')
}

interface Flaw {
  readonly line: number
  readonly what: string
}

/** The first line that is not as it was written. */
async function findFlaw(folder: ReadableFolder, record: ArchiveRecord): Promise<Flaw | null> {
  const links = new Links(record)
  try {
    for await (const line of folder.read(record.file)) links.add(line)
  } catch (error) {
    const reason = errorText(error)
    return links.flaw ?? { line: links.lines + 1, what: `cannot be read from here on (${reason})` }
  }
  return links.finish()
}

/**
 * Follows the lines of one file. Where one does not name the line before it, one of the two was changed: the later one if
 * what follows does not name it either, else the earlier one.
 */
class Links {
  readonly #record: ArchiveRecord
  #head: Uint8Array<ArrayBuffer>
  /** The line that does not name the one before it, while it is open which of them was changed. */
  #broken: number | null = null
  #flaw: Flaw | null = null
  lines = 0

  constructor(record: ArchiveRecord) {
    this.#record = record
    this.#head = record.previousHead
  }

  /** The first flaw, as far as it has been read. */
  get flaw(): Flaw | null {
    return this.#flaw ?? (this.#broken === null ? null : this.#changed(this.#broken))
  }

  add(line: Uint8Array): void {
    const previous = previousOf(line)
    this.#judge(previous === hex(this.#head))
    this.lines += 1
    if (this.#flaw === null && this.#broken === null && previous !== hex(this.#head)) {
      this.#broken = this.lines
      if (previous === null) this.#flaw = this.#changed(this.lines)
    }
    this.#head = sha256(line)
  }

  finish(): Flaw | null {
    const { head, events } = this.#record
    const ends = equalDigests(this.#head, head)
    if (this.lines < events && this.#broken === null && this.#flaw === null)
      return { line: this.lines + 1, what: `is missing: ${this.lines} of ${events} lines are there` }
    if (this.lines > events && this.#flaw === null && (this.#broken ?? this.lines) > events)
      return { line: events + 1, what: `was put in: the file was written with ${events} lines` }
    this.#judge(ends)
    if (this.#flaw !== null || ends) return this.#flaw
    return this.#changed(this.lines)
  }

  /** @param follows whether the next line names the last one read */
  #judge(follows: boolean): void {
    const line = this.#broken
    if (line === null || this.#flaw !== null) return
    if (!follows || line !== this.lines) this.#flaw = this.#changed(line)
    else if (line === 1) this.#flaw = { line, what: 'does not follow the file before it' }
    else this.#flaw = { line: line - 1, what: 'was changed, or lines after it were taken out or put in' }
  }

  #changed(line: number): Flaw {
    return { line, what: 'was changed' }
  }
}

function wrong(file: string, line: number | null, what: string): ArchiveFinding {
  return { file, line, what, wrong: true }
}

function hex(digest: Uint8Array): string {
  return Buffer.from(digest).toString('hex')
}
