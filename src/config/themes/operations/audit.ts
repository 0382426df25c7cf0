import type { Secret } from '../../../lib/crypto/secret.ts'
import type { EnvReader } from '../../env-reader.ts'
import { requireHttps } from '../../require-https.ts'
import { flag } from '../../rules/choice-rules.ts'
import { integer } from '../../rules/number-rules.ts'
import { folderPath } from '../../rules/path-rules.ts'
import { regionName, s3Url } from '../../rules/s3-rules.ts'
import { apiKey } from '../../rules/secret-rules.ts'
import { baseUrl } from '../../rules/url-rules.ts'
import type { Variables } from '../../variable.ts'

export const auditVariables = {
  AUDIT_FLUSH_MS: {
    default: '500',
    unit: 'ms',
    description:
      'How long to batch audit events of failed attempts before writing them, 0 to 900; 0 writes each at once. A killed process loses the current batch. Other audit events are written with the change that they record.',
  },
  AUDIT_LOG: {
    default: 'off',
    description:
      'Writes one line to the log for each stored audit event, after the commit, for systems that collect logs. Lines contain ids and codes only. Costs one read per event of a change.',
  },
  AUDIT_RETENTION_DAYS: {
    default: '90',
    unit: 'days',
    description:
      'How long audit events stay in the database, 0 to 36500; 0 keeps them forever. Older events are archived to `AUDIT_ARCHIVE_DIR` or `AUDIT_ARCHIVE_URL` and then removed. Without an archive all events stay.',
  },
  AUDIT_ARCHIVE_DIR: {
    unset: 'none',
    description:
      'Folder of archived audit events: one gzipped file per day, each chained to the previous one. Must be the same folder for every process. Set it or `AUDIT_ARCHIVE_URL` in production; `config check` warns if both are missing.',
  },
  AUDIT_ARCHIVE_URL: {
    unset: 'none',
    description:
      'S3-compatible storage of archived audit events instead of a folder, as `s3://bucket` or `s3://bucket/prefix`. The keys need the rights to list, read and write objects.',
  },
  AUDIT_ARCHIVE_ENDPOINT: {
    unset: '`https://s3.AUDIT_ARCHIVE_REGION.amazonaws.com`',
    description: 'Origin of the S3-compatible service; https in production. The bucket is sent in the path.',
  },
  AUDIT_ARCHIVE_REGION: {
    default: 'us-east-1',
    description: 'Region in the signature of requests to the S3-compatible service.',
  },
  AUDIT_ARCHIVE_KEY_ID: {
    unset: 'none',
    secret: true,
    description: 'Access key id for the bucket. Required with `AUDIT_ARCHIVE_URL`.',
  },
  AUDIT_ARCHIVE_SECRET_KEY: {
    unset: 'none',
    secret: true,
    description: 'Secret access key for the bucket. Required with `AUDIT_ARCHIVE_URL`.',
  },
} as const satisfies Variables

/** A place in a bucket of an S3-compatible service. */
export interface S3Location {
  /** Origin of the service. The bucket is the first segment of the path, which every compatible service supports. */
  readonly endpoint: URL
  readonly region: string
  readonly bucket: string
  /** Beginning of the names of all objects, empty or with a slash at its end. */
  readonly prefix: string
  readonly keyId: Secret
  readonly secretKey: Secret
}

/** Where archived audit events are stored: in a folder, or in a bucket of an S3-compatible service. */
export type ArchiveConfig =
  | { readonly kind: 'folder'; readonly path: string }
  | ({ readonly kind: 's3' } & S3Location)

/** How audit events are written, and how long they are kept. */
export interface AuditConfig {
  /** How long events of failed attempts can wait in memory; 0: not at all. */
  readonly flushMs: number
  /** Whether stored events are also lines of the log. */
  readonly logged: boolean
  /** Age at which events are moved to the archive. `null`: never. */
  readonly retentionDays: number | null
  /** `null`: there is no archive, and events stay in the database. */
  readonly archive: ArchiveConfig | null
}

/** Events older than a second must not be lost; the difference is the time to write them. */
const maxFlushMs = 900
const maxDays = 36_500

type AuditReader = EnvReader<typeof auditVariables>

/** The retention is kept without an archive, so that the warning can name it. */
export function readAudit(reader: AuditReader, production: boolean): AuditConfig {
  const days = reader.readOrDefault('AUDIT_RETENTION_DAYS', integer(0, maxDays))
  return {
    flushMs: reader.readOrDefault('AUDIT_FLUSH_MS', integer(0, maxFlushMs)),
    logged: readAuditLogged(reader),
    retentionDays: days === 0 ? null : days,
    archive: readArchive(reader, production),
  }
}

/** Reads whether stored events are also lines of the log. */
export function readAuditLogged(reader: AuditReader): boolean {
  return reader.readOrDefault('AUDIT_LOG', flag)
}

/** Reads where the archive is. */
export function readArchive(reader: AuditReader, production: boolean): ArchiveConfig | null {
  const path = reader.read('AUDIT_ARCHIVE_DIR', folderPath, null)
  const place = reader.read('AUDIT_ARCHIVE_URL', s3Url, null)
  const region = reader.readOrDefault('AUDIT_ARCHIVE_REGION', regionName)
  const endpoint = reader.read(
    'AUDIT_ARCHIVE_ENDPOINT',
    baseUrl,
    new URL(`https://s3.${region}.amazonaws.com`),
  )
  const keyId = reader.read('AUDIT_ARCHIVE_KEY_ID', apiKey, null)
  const secretKey = reader.read('AUDIT_ARCHIVE_SECRET_KEY', apiKey, null)
  if (place === null) return path === null ? null : { kind: 'folder', path }
  const required = 'is required with AUDIT_ARCHIVE_URL.'
  reader.check(['AUDIT_ARCHIVE_KEY_ID', 'AUDIT_ARCHIVE_URL'], keyId !== null, required)
  reader.check(['AUDIT_ARCHIVE_SECRET_KEY', 'AUDIT_ARCHIVE_URL'], secretKey !== null, required)
  reader.check(
    ['AUDIT_ARCHIVE_URL', 'AUDIT_ARCHIVE_DIR'],
    path === null,
    'and AUDIT_ARCHIVE_DIR are both set; set only one of them.',
  )
  requireHttps(reader, 'AUDIT_ARCHIVE_ENDPOINT', endpoint, production)
  if (keyId === null || secretKey === null) return null
  return { kind: 's3', endpoint, region, ...place, keyId, secretKey }
}
