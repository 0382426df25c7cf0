/** A file that nobody sees before it is whole. */
export interface ArchiveDraft {
  /** Adds lines; each is given without its end. */
  write(lines: readonly string[]): Promise<void>
  /**
   * Makes it a file of the folder, once it is on the disk; answers its SHA-256. What has that name already was never
   * recorded: the same is left as it is, something else is set aside under another name.
   */
  publish(): Promise<Uint8Array<ArrayBuffer>>
  /** Forgets it. Never rejects. */
  discard(): Promise<void>
}

/** The folder of archived audit events: gzipped lines, which are never changed once they are there. */
export interface ArchiveFolder {
  /** Begins a file of that name. */
  begin(name: string): Promise<ArchiveDraft>
  /** Removes what runs have left behind that were killed. */
  clean(): Promise<void>
  /** Names of the archives that are there. */
  list(): Promise<readonly string[]>
  /** Lines of a file, without their ends. @throws when it is missing or cannot be read to its end */
  read(name: string): AsyncIterable<Uint8Array>
  /** SHA-256 of a file as it lies there; null when there is none. */
  digestOf(name: string): Promise<Uint8Array<ArrayBuffer> | null>
}

/** The name of a part of a day. */
export function archiveName(day: string, part: number): string {
  return part === 1 ? `audit-${day}.ndjson.gz` : `audit-${day}.${part}.ndjson.gz`
}

/** What archiveName gives. */
export const archiveNames = /^audit-\d{4}-\d{2}-\d{2}(\.[1-9]\d*)?\.ndjson\.gz$/
