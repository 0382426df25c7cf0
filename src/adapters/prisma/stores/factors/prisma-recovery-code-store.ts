import type { StoredRecoveryCode } from '../../../../domain/factors/recovery-code.ts'
import type { RecoveryCodeStore } from '../../../../domain/factors/recovery-code-store.ts'
import type { Queries } from '../queries.ts'

export class PrismaRecoveryCodeStore implements RecoveryCodeStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async replaceAll(userId: string, codes: readonly StoredRecoveryCode[]): Promise<void> {
    const numbers = codes.map(({ number }) => number)
    const hashes = codes.map(({ hash }) => hash)
    const peppers = codes.map(({ pepperId }) => pepperId)
    const times = codes.map(({ createdAt }) => createdAt.toISOString())
    await this.#queries.$executeRaw`
      INSERT INTO recovery_codes (user_id, number, hash, pepper_id, created_at)
      SELECT ${userId}::uuid, fresh.number, fresh.hash, fresh.pepper_id, fresh.created_at
      FROM unnest(${numbers}::int[], ${hashes}::text[], ${peppers}::text[], ${times}::timestamptz[])
        AS fresh (number, hash, pepper_id, created_at)
      ON CONFLICT (user_id, number) DO UPDATE SET hash = EXCLUDED.hash, pepper_id = EXCLUDED.pepper_id,
        created_at = EXCLUDED.created_at, used_at = NULL`
  }

  async findUnused(userId: string, number: number): Promise<StoredRecoveryCode | null> {
    return this.#queries.recoveryCode.findUnique({
      where: { userId_number: { userId, number }, usedAt: null },
      select: { number: true, hash: true, pepperId: true, createdAt: true },
    })
  }

  async consume(userId: string, { number, hash }: StoredRecoveryCode, now: Date): Promise<boolean> {
    const { count } = await this.#queries.recoveryCode.updateMany({
      where: { userId, number, hash, usedAt: null },
      data: { usedAt: now },
    })
    return count === 1
  }

  async countUnused(userId: string): Promise<number> {
    return this.#queries.recoveryCode.count({ where: { userId, usedAt: null } })
  }

  async removeAll(userId: string): Promise<void> {
    await this.#queries.recoveryCode.deleteMany({ where: { userId } })
  }
}
