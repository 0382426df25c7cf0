import { FileArchiveFolder } from '../adapters/archive/file-archive-folder.ts'
import { S3ArchiveFolder } from '../adapters/archive/s3-archive-folder.ts'
import { S3Bucket } from '../adapters/archive/s3-bucket.ts'
import {
  createDependencyBreaker,
  type DependencyBreakerDeps,
} from '../adapters/failover/dependency-breaker.ts'
import type { ArchiveConfig } from '../config/themes/operations/audit.ts'
import type { ArchiveFolder } from '../domain/audit/archive-folder.ts'

/** Opens the archive of audit events. Nothing is read or created before it is used. */
export function openArchive(archive: ArchiveConfig, deps: DependencyBreakerDeps): ArchiveFolder {
  if (archive.kind === 'folder') return new FileArchiveFolder(archive.path)
  const breaker = createDependencyBreaker('audit_archive', deps)
  return new S3ArchiveFolder(new S3Bucket({ location: archive, breaker }))
}
