import type { ArchiveFolder } from '../../src/domain/audit/archive-folder.ts'
import type { AuditArchiveStore } from '../../src/domain/audit/audit-archive-store.ts'
import { createArchiveAudit } from '../../src/jobs/archive-audit.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { systemClock } from '../../src/lib/time/clock.ts'

/** The archive job with small files, so that a day has several. */
export function createTestArchive(store: AuditArchiveStore, folder: ArchiveFolder): () => Promise<unknown> {
  return createArchiveAudit({
    store,
    folder,
    retentionDays: 90,
    key: new Uint8Array(32),
    clock: systemClock,
    logger: silentLogger,
    maxEventsPerFile: 500,
  })
}
