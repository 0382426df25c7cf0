import type { OneTimeTokenPurpose } from '../../../../domain/one-time-tokens/one-time-token.ts'
import type { PendingRegistration } from '../../../../domain/users/pending-registration.ts'
import type {
  OpenRegistration,
  PendingRegistrationStore,
  RegisteredAddress,
} from '../../../../domain/users/pending-registration-store.ts'
import { Prisma } from '../../generated/client.ts'
import type { Queries } from '../queries.ts'

type Row = Omit<PendingRegistration, 'password'> & {
  readonly passwordHash: string
  readonly pepperId: string | null
}

const columns = Prisma.sql`r.id, r.tenant_id AS "tenantId", r.email, r.password_hash AS "passwordHash",
  r.pepper_id AS "pepperId", r.username, r.first_name AS "firstName", r.last_name AS "lastName",
  r.phone_number AS "phoneNumber", r.locale, r.created_at AS "createdAt", r.expires_at AS "expiresAt"`

export class PrismaPendingRegistrationStore implements PendingRegistrationStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async insert({ password, ...registration }: PendingRegistration): Promise<void> {
    const data = { ...registration, passwordHash: password.hash, pepperId: password.pepperId }
    await this.#queries.pendingRegistration.create({ data, select: { id: true } })
  }

  findNewest(tenantSlug: string, email: string, now: Date): Promise<PendingRegistration | null> {
    return this.#newest(tenantSlug, email, now, Prisma.sql`TRUE`)
  }

  findNewestOpen(tenantSlug: string, email: string, now: Date): Promise<PendingRegistration | null> {
    return this.#newest(tenantSlug, email, now, Prisma.sql`r.closed_at IS NULL`)
  }

  async findByToken(digest: Uint8Array<ArrayBuffer>, purpose: OneTimeTokenPurpose, now: Date) {
    return this.#first(Prisma.sql`
      SELECT ${columns} FROM one_time_tokens k JOIN pending_registrations r ON r.id = k.pending_registration_id
        JOIN tenants t ON t.id = r.tenant_id
      WHERE t.active AND k.digest = ${digest}::bytea AND k.purpose = ${purpose}::one_time_token_purpose AND k.consumed_at IS NULL
        AND k.expires_at > ${now}::timestamptz AND r.closed_at IS NULL`)
  }

  async lockOpen({ tenantId, email }: RegisteredAddress, now: Date): Promise<readonly OpenRegistration[]> {
    const live = Prisma.sql`EXISTS (
      SELECT 1 FROM one_time_tokens k
      WHERE k.pending_registration_id = r.id AND k.purpose = 'VERIFY_EMAIL' AND k.consumed_at IS NULL
        AND k.expires_at > ${now}::timestamptz
    )`
    return this.#queries.$queryRaw<OpenRegistration[]>`
      SELECT r.id, ${live} AS live FROM pending_registrations r
      WHERE r.tenant_id = ${tenantId}::uuid AND r.email = ${email} AND r.closed_at IS NULL
        AND (r.expires_at > ${now}::timestamptz OR ${live})
      ORDER BY r.id FOR UPDATE OF r`
  }

  async noteMatch(id: string, now: Date, counts: boolean): Promise<boolean> {
    const changed = await this.#queries.$executeRaw`
      UPDATE pending_registrations SET matched_at = CASE WHEN ${counts}::boolean THEN ${now}::timestamptz END
      WHERE id = ${id}::uuid AND matched_at IS NULL`
    return changed === 1
  }

  async close(id: string, now: Date): Promise<boolean> {
    const { count } = await this.#queries.pendingRegistration.updateMany({
      where: { id, closedAt: null },
      data: { closedAt: now },
    })
    return count === 1
  }

  async closeAll({ tenantId, email }: RegisteredAddress, now: Date): Promise<void> {
    await this.#queries.pendingRegistration.updateMany({
      where: { tenantId, email, closedAt: null },
      data: { closedAt: now },
    })
  }

  async remove(id: string): Promise<void> {
    await this.#queries.pendingRegistration.deleteMany({ where: { id } })
  }

  async purge(expiredBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM pending_registrations WHERE id IN (
        SELECT r.id FROM pending_registrations r
        WHERE r.expires_at < ${expiredBefore}::timestamptz AND NOT EXISTS (
          SELECT 1 FROM one_time_tokens k
          WHERE k.pending_registration_id = r.id AND k.consumed_at IS NULL AND k.expires_at >= ${expiredBefore}::timestamptz
        ) LIMIT ${limit}
      )`
  }

  #newest(tenantSlug: string, email: string, now: Date, condition: Prisma.Sql) {
    return this.#first(Prisma.sql`
      SELECT ${columns} FROM pending_registrations r JOIN tenants t ON t.id = r.tenant_id
      WHERE t.slug = ${tenantSlug} AND t.active AND r.email = ${email} AND r.expires_at > ${now}::timestamptz AND ${condition}
      ORDER BY r.id DESC LIMIT 1`)
  }

  async #first(query: Prisma.Sql): Promise<PendingRegistration | null> {
    const [row] = await this.#queries.$queryRaw<Row[]>(query)
    if (row === undefined) return null
    const { passwordHash, pepperId, ...registration } = row
    return { ...registration, password: { hash: passwordHash, pepperId, changedAt: row.createdAt } }
  }
}
