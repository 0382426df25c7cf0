import type { Variable } from './env.ts'

/** The variables of the audit log. */
export const auditVariables = {
  AUDIT_FLUSH_MS: {
    default: '500',
    unit: 'ms',
    sentence:
      'How long failures, of which no other write depends, are gathered before they are written together, 0 to 900; 0 writes each at once. A killed process loses what it has gathered.',
  },
  AUDIT_RETENTION_DAYS: {
    default: '90',
    unit: 'days',
    sentence:
      'How long audit events stay in the database; 0 for ever. Older ones are archived to `AUDIT_ARCHIVE_DIR`, and only then removed: without that folder all of them stay.',
  },
  AUDIT_ARCHIVE_DIR: {
    unset: 'none',
    sentence:
      'Folder of archived audit events, one gzipped file per day, each chained to the one before; the same one for every process. Set it in production: `config check` warns where it is missing.',
  },
} as const satisfies Readonly<Record<string, Variable>>
