import type { MailKind, MessageChannel, QueuedMail } from '../../../domain/mail/mail.ts'
import type {
  ClaimedMail,
  FailedMail,
  MailClaim,
  MailFailure,
  MailListPage,
  MailOutcome,
  MailStore,
} from '../../../domain/mail/mail-store.ts'
import { Prisma } from '../generated/client.ts'
import type { Queries } from './queries.ts'

/** Conditions without parameters, so that the partial index of text messages applies. */
const kindsOf: Readonly<Record<MessageChannel, Prisma.Sql>> = {
  MAIL: Prisma.sql`kind <> 'VERIFY_PHONE'`,
  TEXT: Prisma.sql`kind = 'VERIFY_PHONE'`,
}

export class PrismaMailStore implements MailStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async enqueue(mail: QueuedMail): Promise<void> {
    const { id, kind, userId, sealedParameters, createdAt } = mail
    await this.#queries.$executeRaw`
      INSERT INTO mail_messages (id, kind, user_id, sealed_parameters, next_attempt_at, created_at)
      VALUES (${id}::uuid, ${kind}, ${userId}::uuid, ${sealedParameters}::bytea, ${createdAt}::timestamptz,
        ${createdAt}::timestamptz)`
  }

  async countSince(userId: string, kind: MailKind, since: Date): Promise<number> {
    return this.#queries.mailMessage.count({ where: { userId, kind, createdAt: { gt: since } } })
  }

  /** A claim that waited for the lock on a row checks the condition again, and so sees that the row is already claimed. */
  async claim({ channel, now, claimedUntil, limit }: MailClaim): Promise<readonly ClaimedMail[]> {
    return this.#queries.$queryRaw<ClaimedMail[]>`
      WITH due AS (
        SELECT id FROM mail_messages
        WHERE state = 'QUEUED' AND ${kindsOf[channel]} AND next_attempt_at <= ${now}::timestamptz
          AND (claimed_until IS NULL OR claimed_until <= ${now}::timestamptz)
        ORDER BY next_attempt_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED
      ), claimed AS (
        UPDATE mail_messages m SET claimed_until = ${claimedUntil}::timestamptz, attempts = attempts + 1
        FROM due WHERE m.id = due.id
        RETURNING m.id, m.kind, m.user_id, m.sealed_parameters, m.attempts
      )
      SELECT c.id, c.kind, c.sealed_parameters AS "sealedParameters", c.attempts, u.locale
      FROM claimed c LEFT JOIN users u ON u.id = c.user_id ORDER BY c.id`
  }

  async readBacklog(now: Date): Promise<{ readonly count: number; readonly oldestDueAt: Date | null }> {
    const [row] = await this.#queries.$queryRaw<{ count: number; oldestDueAt: Date | null }[]>`
      SELECT count(*)::int AS count, min(due) FILTER (WHERE due <= ${now}::timestamptz) AS "oldestDueAt"
      FROM (SELECT next_attempt_at AS due FROM mail_messages WHERE state = 'QUEUED' ORDER BY next_attempt_at LIMIT 100000) AS queued`
    return row ?? { count: 0, oldestDueAt: null }
  }

  async listFailed({ limit, after }: MailListPage): Promise<readonly FailedMail[]> {
    return this.#queries.$queryRaw<FailedMail[]>`
      SELECT id, kind, attempts, last_error AS "lastError", created_at AS "createdAt", finished_at AS "finishedAt",
        sealed_parameters AS "sealedParameters"
      FROM mail_messages
      WHERE state = 'FAILED' AND finished_at IS NOT NULL AND (${after}::uuid IS NULL OR id < ${after}::uuid)
      ORDER BY id DESC LIMIT ${limit}`
  }

  async retryFailed(ids: readonly string[], now: Date): Promise<readonly string[]> {
    const rows = await this.#queries.$queryRaw<{ id: string }[]>`
      UPDATE mail_messages SET state = 'QUEUED', attempts = 0, next_attempt_at = ${now}::timestamptz,
        claimed_until = NULL, finished_at = NULL
      WHERE id = ANY(${[...ids]}::uuid[]) AND state = 'FAILED' AND sealed_parameters IS NOT NULL
      RETURNING id`
    return rows.map(({ id }) => id)
  }

  async finish(id: string, { state, reason, now }: MailOutcome): Promise<void> {
    await this.#queries.$executeRaw`
      UPDATE mail_messages SET state = ${state}::mail_state, finished_at = ${now}::timestamptz, claimed_until = NULL,
        sealed_parameters = NULL, last_error = COALESCE(${reason}::text, last_error)
      WHERE id = ${id}::uuid AND state = 'QUEUED'`
  }

  async postpone(mail: Pick<ClaimedMail, 'id' | 'attempts'>, failure: MailFailure): Promise<void> {
    const { reason, nextAttemptAt, now } = failure
    if (nextAttemptAt === null) {
      await this.#queries.$executeRaw`
        UPDATE mail_messages SET state = 'FAILED', finished_at = ${now}::timestamptz, claimed_until = NULL,
          sealed_parameters = CASE WHEN ${kindsOf.MAIL} THEN sealed_parameters END, last_error = ${reason}
        WHERE id = ${mail.id}::uuid AND state = 'QUEUED' AND attempts = ${mail.attempts}`
      return
    }
    await this.#queries.$executeRaw`
      UPDATE mail_messages SET next_attempt_at = ${nextAttemptAt}::timestamptz, claimed_until = NULL,
        last_error = ${reason}
      WHERE id = ${mail.id}::uuid AND state = 'QUEUED' AND attempts = ${mail.attempts}`
  }

  async purge(finishedBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM mail_messages WHERE id IN (
        SELECT id FROM mail_messages WHERE finished_at < ${finishedBefore}::timestamptz LIMIT ${limit}
      )`
  }
}
