import { maxPhoneCodeTries, type PhoneCode } from '../../../../domain/phone-codes/phone-code.ts'
import type { PhoneCodeStore, PhoneCodeTry } from '../../../../domain/phone-codes/phone-code-store.ts'
import type { Queries } from '../queries.ts'

export class PrismaPhoneCodeStore implements PhoneCodeStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async replace({ userId, id, digest, createdAt, expiresAt }: PhoneCode): Promise<void> {
    await this.#queries.$executeRaw`
      INSERT INTO phone_codes (user_id, id, digest, created_at, expires_at)
      VALUES (${userId}::uuid, ${id}::uuid, ${digest}::bytea, ${createdAt}::timestamptz, ${expiresAt}::timestamptz)
      ON CONFLICT (user_id) DO UPDATE SET id = EXCLUDED.id, digest = EXCLUDED.digest, tries = 0,
        created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at`
  }

  async takeTry(userId: string, now: Date): Promise<PhoneCodeTry | null> {
    const [taken] = await this.#queries.$queryRaw<PhoneCodeTry[]>`
      UPDATE phone_codes SET tries = tries + 1
      WHERE user_id = ${userId}::uuid AND expires_at > ${now}::timestamptz AND tries < ${maxPhoneCodeTries}::int
      RETURNING id, digest, ${maxPhoneCodeTries}::int - tries AS "triesLeft"`
    return taken ?? null
  }

  async consume(id: string, userId: string, now: Date): Promise<boolean> {
    const consumed = await this.#queries.$executeRaw`
      DELETE FROM phone_codes
      WHERE user_id = ${userId}::uuid AND id = ${id}::uuid AND expires_at > ${now}::timestamptz`
    return consumed === 1
  }

  async isLive(id: string, userId: string, now: Date): Promise<boolean> {
    const count = await this.#queries.phoneCode.count({
      where: { id, userId, expiresAt: { gt: now }, tries: { lt: maxPhoneCodeTries } },
    })
    return count === 1
  }

  async remove(userId: string): Promise<void> {
    await this.#queries.phoneCode.deleteMany({ where: { userId } })
  }

  async purge(expiredBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM phone_codes WHERE user_id IN (
        SELECT user_id FROM phone_codes WHERE expires_at < ${expiredBefore}::timestamptz LIMIT ${limit}
      ) AND expires_at < ${expiredBefore}::timestamptz`
  }
}
