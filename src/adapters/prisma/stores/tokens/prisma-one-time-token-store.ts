import { readFactorChange } from '../../../../domain/factors/factor-change.ts'
import type { OneTimeToken, OneTimeTokenPurpose } from '../../../../domain/one-time-tokens/one-time-token.ts'
import type { OneTimeTokenStore } from '../../../../domain/one-time-tokens/one-time-token-store.ts'
import type { Queries } from '../queries.ts'

interface Subject {
  readonly userId: string
  readonly email: string | null
}

interface ConsumedRow extends Subject {
  readonly id: string
  readonly carriesRegistration: boolean
  readonly factorChange: unknown
}

export class PrismaOneTimeTokenStore implements OneTimeTokenStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async insert(token: OneTimeToken): Promise<void> {
    const { id, purpose, userId, registrationId, digest, email, keepsOlder, createdAt, expiresAt } = token
    const factorChange = token.factorChange === null ? null : JSON.stringify(token.factorChange)
    await this.#queries.$executeRaw`
      WITH voided AS (
        UPDATE one_time_tokens SET consumed_at = ${createdAt}::timestamptz
        WHERE (user_id = ${userId}::uuid OR pending_registration_id = ${registrationId}::uuid)
          AND purpose = ${purpose}::one_time_token_purpose AND consumed_at IS NULL AND NOT ${keepsOlder}::boolean
      )
      INSERT INTO one_time_tokens (id, purpose, user_id, pending_registration_id, digest, email,
        factor_change, created_at, expires_at)
      VALUES (${id}::uuid, ${purpose}::one_time_token_purpose, ${userId}::uuid, ${registrationId}::uuid, ${digest}::bytea,
        ${email}, ${factorChange}::jsonb, ${createdAt}::timestamptz, ${expiresAt}::timestamptz)`
  }

  async consume(digest: Uint8Array<ArrayBuffer>, purpose: OneTimeTokenPurpose, now: Date) {
    const [consumed] = await this.#queries.$queryRaw<ConsumedRow[]>`
      UPDATE one_time_tokens SET consumed_at = ${now}::timestamptz
      WHERE digest = ${digest}::bytea AND purpose = ${purpose}::one_time_token_purpose AND user_id IS NOT NULL
        AND consumed_at IS NULL AND expires_at > ${now}::timestamptz
      RETURNING id, user_id AS "userId", email, factor_change AS "factorChange",
        registration IS NOT NULL AS "carriesRegistration"`
    if (consumed === undefined) return null
    return { ...consumed, factorChange: readFactorChange(consumed.factorChange) }
  }

  async find(digest: Uint8Array<ArrayBuffer>, purpose: OneTimeTokenPurpose, now: Date) {
    const [subject] = await this.#queries.$queryRaw<Subject[]>`
      SELECT user_id AS "userId", email FROM one_time_tokens
      WHERE digest = ${digest}::bytea AND purpose = ${purpose}::one_time_token_purpose AND user_id IS NOT NULL
        AND consumed_at IS NULL AND expires_at > ${now}::timestamptz`
    return subject ?? null
  }

  async begin(id: string, expiresAt: Date): Promise<boolean> {
    const { count } = await this.#queries.oneTimeToken.updateMany({
      where: {
        id,
        consumedAt: null,
        OR: [{ userId: { not: null } }, { pendingRegistration: { closedAt: null } }],
      },
      data: { expiresAt },
    })
    return count === 1
  }

  async voidAll(userId: string, purposes: readonly OneTimeTokenPurpose[], now: Date): Promise<void> {
    await this.#queries.oneTimeToken.updateMany({
      where: { userId, purpose: { in: [...purposes] }, consumedAt: null },
      data: { consumedAt: now },
    })
  }

  async voidNewer(
    userId: string,
    { id, purpose }: Pick<OneTimeToken, 'id' | 'purpose'>,
    now: Date,
  ): Promise<void> {
    await this.#queries.oneTimeToken.updateMany({
      where: { userId, purpose, id: { gt: id }, consumedAt: null },
      data: { consumedAt: now },
    })
  }

  async voidMailedElsewhere(
    userId: string,
    purpose: OneTimeTokenPurpose,
    addresses: readonly string[],
    now: Date,
  ): Promise<void> {
    await this.#queries.oneTimeToken.updateMany({
      where: { userId, purpose, email: { notIn: [...addresses] }, consumedAt: null },
      data: { consumedAt: now },
    })
  }

  async purge(expiredBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM one_time_tokens WHERE id IN (
        SELECT id FROM one_time_tokens WHERE expires_at < ${expiredBefore}::timestamptz LIMIT ${limit}
      )`
  }
}
