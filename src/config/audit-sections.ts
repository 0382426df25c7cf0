import type { EnvReader } from './env-reader.ts'
import { path, wholeNumber } from './rules.ts'

/** How the audit log is written, and how long it lasts. */
export interface AuditConfig {
  /** How long a failure may wait in memory; 0: not at all. */
  readonly flushMs: number
  /** After so many days events leave the database; null: never. */
  readonly retentionDays: number | null
  /** Where they go then; null: nowhere. */
  readonly archiveDir: string | null
}

/** What is older than a second may not be lost: this leaves time to write it. */
const longestFlushMs = 900
const mostDays = 36_500

/** Nothing is thrown away by default: without a folder, only whoever names a retention has one. */
export function readAudit(reader: EnvReader): AuditConfig {
  const archiveDir = reader.read('AUDIT_ARCHIVE_DIR', path, null)
  const days = wholeNumber(0, mostDays)
  const written = reader.read('AUDIT_RETENTION_DAYS', days, null)
  const wanted = written ?? (archiveDir === null ? 0 : reader.byDefault('AUDIT_RETENTION_DAYS', days))
  return {
    flushMs: reader.readOrDefault('AUDIT_FLUSH_MS', wholeNumber(0, longestFlushMs)),
    retentionDays: wanted === 0 ? null : wanted,
    archiveDir,
  }
}
