import type { StoredTotp, TotpSecret } from '../../../../domain/factors/totp.ts'
import type { SealedTotp, TotpStore } from '../../../../domain/factors/totp-store.ts'
import { Prisma } from '../../generated/client.ts'
import type { Queries } from '../queries.ts'

const columns = Prisma.sql`id, user_id AS "userId", sealed_secret AS "sealedSecret", created_at AS "createdAt", failures`

export class PrismaTotpStore implements TotpStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async enrol({ id, userId, sealedSecret, createdAt }: TotpSecret): Promise<void> {
    await this.#queries.$executeRaw`
      INSERT INTO totp_secrets (id, user_id, sealed_secret, created_at)
      VALUES (${id}::uuid, ${userId}::uuid, ${sealedSecret}::bytea, ${createdAt}::timestamptz)
      ON CONFLICT (user_id) WHERE confirmed_at IS NULL AND removed_at IS NULL DO UPDATE SET id = EXCLUDED.id,
        sealed_secret = EXCLUDED.sealed_secret, created_at = EXCLUDED.created_at, failures = 0`
  }

  async insertConfirmed({ id, userId, sealedSecret, createdAt }: TotpSecret): Promise<void> {
    const data = { id, userId, sealedSecret, createdAt, confirmedAt: createdAt }
    await this.#queries.totpSecret.create({ data })
  }

  async findUnconfirmed(userId: string): Promise<StoredTotp | null> {
    const [found] = await this.#queries.$queryRaw<StoredTotp[]>`
      SELECT ${columns} FROM totp_secrets
      WHERE user_id = ${userId}::uuid AND confirmed_at IS NULL AND removed_at IS NULL`
    return found ?? null
  }

  async findConfirmed(userId: string): Promise<StoredTotp | null> {
    const [found] = await this.#queries.$queryRaw<StoredTotp[]>`
      SELECT ${columns} FROM totp_secrets
      WHERE user_id = ${userId}::uuid AND confirmed_at IS NOT NULL AND removed_at IS NULL`
    return found ?? null
  }

  async confirm({ id, userId }: Pick<TotpSecret, 'id' | 'userId'>, step: number, now: Date) {
    const isUnconfirmed = Prisma.sql`id = ${id}::uuid AND user_id = ${userId}::uuid AND confirmed_at IS NULL
      AND removed_at IS NULL`
    // Two statements: the index that allows one confirmed secret is checked row by row.
    const [replaced] = await this.#queries.$queryRaw<{ id: string }[]>`
      UPDATE totp_secrets SET removed_at = ${now}::timestamptz
      WHERE user_id = ${userId}::uuid AND confirmed_at IS NOT NULL AND removed_at IS NULL
        AND EXISTS (SELECT 1 FROM totp_secrets WHERE ${isUnconfirmed})
      RETURNING id`
    const confirmed = await this.#queries.$executeRaw`
      UPDATE totp_secrets SET confirmed_at = ${now}::timestamptz, last_used_at = ${now}::timestamptz,
        last_step = ${step}::bigint, failures = 0
      WHERE ${isUnconfirmed}`
    return confirmed === 1 ? { replaced: replaced?.id ?? null } : null
  }

  async accept(id: string, step: number, now: Date): Promise<boolean> {
    const accepted = await this.#queries.$executeRaw`
      UPDATE totp_secrets SET last_step = ${step}::bigint, last_used_at = ${now}::timestamptz, failures = 0
      WHERE id = ${id}::uuid AND confirmed_at IS NOT NULL AND removed_at IS NULL
        AND (last_step IS NULL OR last_step < ${step}::bigint)`
    return accepted === 1
  }

  async noteFailure(id: string): Promise<void> {
    await this.#queries.totpSecret.updateMany({ where: { id }, data: { failures: { increment: 1 } } })
  }

  async forgetFailures(userId: string): Promise<void> {
    await this.#queries.totpSecret.updateMany({
      where: { userId, failures: { gt: 0 } },
      data: { failures: 0 },
    })
  }

  async remove(userId: string, now: Date): Promise<string | null> {
    const removed = await this.#queries.$queryRaw<{ id: string; confirmed: boolean }[]>`
      UPDATE totp_secrets SET removed_at = ${now}::timestamptz
      WHERE user_id = ${userId}::uuid AND removed_at IS NULL
      RETURNING id, confirmed_at IS NOT NULL AS confirmed`
    return removed.find(({ confirmed }) => confirmed)?.id ?? null
  }

  async listSealed(afterId: string | null, limit: number): Promise<readonly SealedTotp[]> {
    return this.#queries.totpSecret.findMany({
      where: afterId === null ? {} : { id: { gt: afterId } },
      select: { id: true, userId: true, sealedSecret: true },
      orderBy: { id: 'asc' },
      take: limit,
    })
  }

  async reseal(id: string, seen: Uint8Array<ArrayBuffer>, sealed: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const { count } = await this.#queries.totpSecret.updateMany({
      where: { id, sealedSecret: seen },
      data: { sealedSecret: sealed },
    })
    return count === 1
  }
}
