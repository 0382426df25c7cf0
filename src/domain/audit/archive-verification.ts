import { equalDigests, sha256, toHex } from '../../lib/crypto/digest.ts'
import { errorText } from '../../lib/text/error-text.ts'
import { noHead, previousOf } from './archive-chain.ts'
import type { ArchiveFolder } from './archive-folder.ts'
import type { ArchiveRecord } from './audit-archive-store.ts'

/** A difference between the archive and its records. */
export interface ArchiveFinding {
  readonly file: string
  /** The first affected line, counted from 1; null if the finding is about the whole file. */
  readonly line: number | null
  /** The finding in words; continues a sentence that begins with the file and the line. */
  readonly what: string
  /** False for a harmless difference, which a run that was killed can leave behind. */
  readonly wrong: boolean
}

type ReadableFolder = Pick<ArchiveFolder, 'list' | 'read' | 'digestOf'>

/**
 * Compares the files of a folder with their records. Every recorded file must exist, in its place and byte for byte,
 * and every line must contain the digest of the line before it, from the first file to the last. Reports the first
 * flaw of each file.
 */
export async function* verifyArchives(
  folder: ReadableFolder,
  records: readonly ArchiveRecord[],
): AsyncIterable<ArchiveFinding> {
  const present = new Set(await folder.list())
  const fileOf = new Map(records.map(({ digest, file }) => [toHex(digest), file]))
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
    yield { file, line: null, what: 'is not recorded: the next run writes that day again', wrong: false }
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
  const owner = intact ? undefined : fileOf.get(toHex(digest))
  if (owner !== undefined) return wrong(file, null, `holds what belongs in ${owner}`)
  const flaw = await findFlaw(folder, record)
  if (flaw !== null) return wrong(file, flaw.line, flaw.what)
  return intact ? null : wrong(file, null, 'was changed outside its lines: every line is unchanged')
}

interface Flaw {
  readonly line: number
  readonly what: string
}

/** The first line that was changed, removed or inserted. */
async function findFlaw(folder: ReadableFolder, record: ArchiveRecord): Promise<Flaw | null> {
  const checker = new ChainChecker(record)
  try {
    for await (const line of folder.read(record.file)) checker.add(line)
  } catch (error) {
    const reason = errorText(error)
    return checker.flaw ?? { line: checker.lines + 1, what: `cannot be read from here on (${reason})` }
  }
  return checker.finish()
}

/**
 * Checks the chain of lines of one file. If a line does not contain the digest of the line before it, one of the two
 * was changed: the later one if the next line does not match it either, otherwise the earlier one.
 */
class ChainChecker {
  readonly #record: ArchiveRecord
  #head: Uint8Array<ArrayBuffer>
  /** The line that does not match the line before it, until the next line shows which of the two was changed. */
  #broken: number | null = null
  #flaw: Flaw | null = null
  lines = 0

  constructor(record: ArchiveRecord) {
    this.#record = record
    this.#head = record.previousHead
  }

  /** The first flaw in the lines that were read so far. */
  get flaw(): Flaw | null {
    return this.#flaw ?? (this.#broken === null ? null : this.#changed(this.#broken))
  }

  add(line: Uint8Array): void {
    const previous = previousOf(line)
    this.#judge(previous === toHex(this.#head))
    this.lines += 1
    if (this.#flaw === null && this.#broken === null && previous !== toHex(this.#head)) {
      this.#broken = this.lines
      if (previous === null) this.#flaw = this.#changed(this.lines)
    }
    this.#head = sha256(line)
  }

  finish(): Flaw | null {
    const { head, events } = this.#record
    const ends = equalDigests(this.#head, head)
    if (this.lines < events && this.#broken === null && this.#flaw === null)
      return { line: this.lines + 1, what: `is missing: the file has ${this.lines} of ${events} lines` }
    if (this.lines > events && this.#flaw === null && (this.#broken ?? this.lines) > events)
      return { line: events + 1, what: `was inserted: the file was written with ${events} lines` }
    this.#judge(ends)
    if (this.#flaw !== null || ends) return this.#flaw
    return this.#changed(this.lines)
  }

  /** @param follows whether the next line contains the digest of the last line that was read */
  #judge(follows: boolean): void {
    const line = this.#broken
    if (line === null || this.#flaw !== null) return
    if (!follows || line !== this.lines) this.#flaw = this.#changed(line)
    else if (line === 1) this.#flaw = { line, what: 'does not follow the file before it' }
    else this.#flaw = { line: line - 1, what: 'was changed, or lines after it were removed or inserted' }
  }

  #changed(line: number): Flaw {
    return { line, what: 'was changed' }
  }
}

function wrong(file: string, line: number | null, what: string): ArchiveFinding {
  return { file, line, what, wrong: true }
}
