/** A file that is invisible until it is complete. */
export interface ArchiveDraft {
  /** Adds lines, given without line breaks. */
  write(lines: readonly string[]): Promise<void>
  /**
   * Writes the file through to the disk and gives it its name in the folder. Returns its SHA-256. An existing file of
   * that name was never recorded: it is kept if it is identical, otherwise renamed.
   */
  publish(): Promise<Uint8Array<ArrayBuffer>>
  /** Removes the draft. Never rejects. */
  discard(): Promise<void>
}

/**
 * Port to the folder of archived audit events. Its files are gzipped lines and never change once they are published.
 */
export interface ArchiveFolder {
  /** Starts a draft of a file. */
  begin(name: string): Promise<ArchiveDraft>
  /** Removes the drafts of runs that were killed. */
  clean(): Promise<void>
  /** Names of the published files. */
  list(): Promise<readonly string[]>
  /** Lines of a file, without line breaks. @throws if the file is missing or cannot be read to its end */
  read(name: string): AsyncIterable<Uint8Array>
  /** SHA-256 of a file as it is on the disk; null if there is no such file. */
  digestOf(name: string): Promise<Uint8Array<ArrayBuffer> | null>
}

/** The file name of a part of a day. */
export function archiveName(day: string, part: number): string {
  return part === 1 ? `audit-${day}.ndjson.gz` : `audit-${day}.${part}.ndjson.gz`
}

/** Matches the names that `archiveName` returns. */
export const archiveNames = /^audit-\d{4}-\d{2}-\d{2}(\.[1-9]\d*)?\.ndjson\.gz$/
