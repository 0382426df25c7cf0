import type { EnvReader } from './env-reader.ts'
import { path, wholeNumber } from './rules.ts'

/** How the audit log is written, and how long it lasts. */
export interface AuditConfig {
  /** How long a failure may wait in memory; 0: not at all. */
  readonly flushMs: number
  /** After so many days events leave the database, for the archive; null: never. */
  readonly retentionDays: number | null
  /** Where they go then; null: nowhere, so they stay. */
  readonly archiveDir: string | null
}

/** What is older than a second may not be lost: this leaves time to write it. */
const maxFlushMs = 900
const maxDays = 36_500

/** Without a folder the retention is what is warned of: nothing leaves the database that is in no archive. */
export function readAudit(reader: EnvReader): AuditConfig {
  const days = reader.readOrDefault('AUDIT_RETENTION_DAYS', wholeNumber(0, maxDays))
  return {
    flushMs: reader.readOrDefault('AUDIT_FLUSH_MS', wholeNumber(0, maxFlushMs)),
    retentionDays: days === 0 ? null : days,
    archiveDir: reader.read('AUDIT_ARCHIVE_DIR', path, null),
  }
}
