import type {
  ArchiveRecord,
  AuditArchiveStore,
  IdSpan,
} from '../../../../domain/audit/audit-archive-store.ts'
import type { AuditEvent } from '../../../../domain/audit/audit-event.ts'
import { Prisma } from '../../generated/client.ts'
import type { Queries } from '../queries.ts'
import { auditColumns } from './audit-rows.ts'

const archiveColumns = Prisma.sql`sequence, day::text, part, file, events, first_id AS "firstId", last_id AS "lastId",
  previous_head AS "previousHead", head, digest, archived_at AS "archivedAt", removed_at AS "removedAt"`

export class PrismaAuditArchiveStore implements AuditArchiveStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async findOldest(below: string): Promise<string | null> {
    const [row] = await this.#queries.$queryRaw<{ id: string }[]>`
      SELECT id FROM audit_events WHERE id < ${below}::uuid ORDER BY id LIMIT 1`
    return row?.id ?? null
  }

  async listOldest({ above, below }: IdSpan, limit: number): Promise<readonly AuditEvent[]> {
    return this.#queries.$queryRaw<AuditEvent[]>`
      SELECT ${auditColumns} FROM audit_events e WHERE e.id > ${above}::uuid AND e.id < ${below}::uuid
      ORDER BY e.id LIMIT ${limit}`
  }

  async removeArchived(ids: readonly string[]): Promise<number> {
    const [row] = await this.#queries.$queryRaw<{ remaining: number }[]>`
      WITH unlocked AS (
        SELECT id FROM audit_events WHERE id = ANY(${[...ids]}::uuid[]) FOR UPDATE SKIP LOCKED
      ), removed AS (
        DELETE FROM audit_events WHERE id IN (SELECT id FROM unlocked) RETURNING id
      )
      SELECT ((SELECT count(*) FROM audit_events WHERE id = ANY(${[...ids]}::uuid[])) - (SELECT count(*) FROM removed))::int
        AS remaining`
    return row?.remaining ?? 0
  }

  async listArchives(): Promise<readonly ArchiveRecord[]> {
    return this.#queries.$queryRaw<ArchiveRecord[]>`
      SELECT ${archiveColumns} FROM audit_archives ORDER BY sequence`
  }

  async findLastArchive(): Promise<ArchiveRecord | null> {
    const [row] = await this.#queries.$queryRaw<ArchiveRecord[]>`
      SELECT ${archiveColumns} FROM audit_archives ORDER BY sequence DESC LIMIT 1`
    return row ?? null
  }

  async countParts(day: string): Promise<number> {
    const [row] = await this.#queries.$queryRaw<{ parts: number }[]>`
      SELECT coalesce(max(part), 0)::int AS parts FROM audit_archives WHERE day = ${day}::date`
    return row?.parts ?? 0
  }

  async recordArchive(record: ArchiveRecord): Promise<void> {
    await this.#queries.$executeRaw`
      INSERT INTO audit_archives (sequence, day, part, file, events, first_id, last_id, previous_head, head, digest, archived_at)
      VALUES (${record.sequence}, ${record.day}::date, ${record.part}, ${record.file}, ${record.events},
        ${record.firstId}::uuid, ${record.lastId}::uuid, ${record.previousHead}::bytea, ${record.head}::bytea,
        ${record.digest}::bytea, ${record.archivedAt}::timestamptz)`
  }

  async markRemoved(sequence: number, now: Date): Promise<void> {
    await this.#queries.$executeRaw`
      UPDATE audit_archives SET removed_at = ${now}::timestamptz WHERE sequence = ${sequence}`
  }
}
