import type { EnvReader } from '../env-reader.ts'
import { integer } from '../rules/number-rules.ts'
import { folderPath } from '../rules/path-rules.ts'
import type { Variables } from '../variable.ts'

export const auditVariables = {
  AUDIT_FLUSH_MS: {
    default: '500',
    unit: 'ms',
    description:
      'How long to batch audit events of failed attempts before writing them, 0 to 900; 0 writes each at once. A killed process loses the current batch. Other audit events are written with the change that they record.',
  },
  AUDIT_RETENTION_DAYS: {
    default: '90',
    unit: 'days',
    description:
      'How long audit events stay in the database, 0 to 36500; 0 keeps them forever. Older events are archived to `AUDIT_ARCHIVE_DIR` and then removed. Without that folder all events stay.',
  },
  AUDIT_ARCHIVE_DIR: {
    unset: 'none',
    description:
      'Folder of archived audit events: one gzipped file per day, each chained to the previous one. Must be the same folder for every process. Set it in production; `config check` warns if it is missing.',
  },
} as const satisfies Variables

/** How audit events are written, and how long they are kept. */
export interface AuditConfig {
  /** How long events of failed attempts can wait in memory; 0: not at all. */
  readonly flushMs: number
  /** Age at which events are moved to the archive. `null`: never. */
  readonly retentionDays: number | null
  /** Folder of the archive. `null`: there is none, and events stay in the database. */
  readonly archiveDir: string | null
}

/** Events older than a second must not be lost; the difference is the time to write them. */
const maxFlushMs = 900
const maxDays = 36_500

/** The retention is kept without an archive folder, so that the warning can name it. */
export function readAudit(reader: EnvReader<typeof auditVariables>): AuditConfig {
  const days = reader.readOrDefault('AUDIT_RETENTION_DAYS', integer(0, maxDays))
  return {
    flushMs: reader.readOrDefault('AUDIT_FLUSH_MS', integer(0, maxFlushMs)),
    retentionDays: days === 0 ? null : days,
    archiveDir: reader.read('AUDIT_ARCHIVE_DIR', folderPath, null),
  }
}
