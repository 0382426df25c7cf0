import type { StoredPassword } from '../../../../domain/passwords/password.ts'
import type {
  AgeingPassword,
  PasswordHistoryStore,
  TimeRange,
} from '../../../../domain/passwords/password-history-store.ts'
import { Prisma } from '../../generated/client.ts'
import type { Queries } from '../queries.ts'

export class PrismaPasswordHistoryStore implements PasswordHistoryStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async listRecent(userId: string, limit: number): Promise<readonly StoredPassword[]> {
    return this.#queries.$queryRaw<StoredPassword[]>`
      (SELECT p.hash, p.pepper_id AS "pepperId", p.changed_at AS "changedAt", 0 AS "age"
       FROM passwords p WHERE p.user_id = ${userId}::uuid)
      UNION ALL
      (SELECT h.hash, h.pepper_id, h.created_at, 1
       FROM password_history h WHERE h.user_id = ${userId}::uuid ORDER BY h.created_at DESC, h.id DESC
       LIMIT ${limit}::int)
      ORDER BY "age", "changedAt" DESC LIMIT ${limit}::int`
  }

  async prune(userId: string, keep: number): Promise<void> {
    await this.#queries.$executeRaw`
      DELETE FROM password_history WHERE id IN (
        SELECT h.id FROM password_history h WHERE h.user_id = ${userId}::uuid
        ORDER BY h.created_at DESC, h.id DESC OFFSET ${keep}::int
      )`
  }

  async claimAgeing(
    tenantId: string,
    ranges: { readonly changed: TimeRange | null; readonly expiring: TimeRange },
    now: Date,
    limit: number,
  ): Promise<readonly AgeingPassword[]> {
    return this.#queries.$queryRaw<AgeingPassword[]>`
      WITH due AS (
        SELECT p.user_id FROM passwords p JOIN users u ON u.id = p.user_id
        WHERE u.tenant_id = ${tenantId}::uuid AND u.active
          AND (${within(Prisma.sql`p.changed_at`, ranges.changed)} OR ${within(Prisma.sql`p.expires_at`, ranges.expiring)})
          AND (p.reminded_at IS NULL OR p.reminded_at < p.changed_at)
        ORDER BY p.changed_at LIMIT ${limit}::int
        FOR UPDATE OF p SKIP LOCKED
      ), reminded AS (
        UPDATE passwords p SET reminded_at = ${now}::timestamptz FROM due WHERE p.user_id = due.user_id
        RETURNING p.user_id, p.changed_at, p.expires_at
      )
      SELECT u.id AS "userId", u.email, u.email_verified_at AS "emailVerifiedAt",
        u.first_name AS "firstName", r.changed_at AS "changedAt", r.expires_at AS "expiresAt"
      FROM reminded r JOIN users u ON u.id = r.user_id`
  }
}

function within(time: Prisma.Sql, range: TimeRange | null): Prisma.Sql {
  if (range === null) return Prisma.sql`FALSE`
  return Prisma.sql`(${time} > ${range.after}::timestamptz AND ${time} <= ${range.until}::timestamptz)`
}
