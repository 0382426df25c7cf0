import type { EmailReservationStore } from '../../../../domain/users/email-reservation-store.ts'
import type { Queries } from '../queries.ts'

export class PrismaEmailReservationStore implements EmailReservationStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async reserve(reservation: {
    tenantId: string
    email: string
    userId: string
    until: Date
  }): Promise<void> {
    const { tenantId, email, userId, until } = reservation
    await this.#queries.emailReservation.upsert({
      where: { tenantId_email: { tenantId, email } },
      create: { tenantId, email, userId, until },
      update: { userId, until },
    })
  }

  async list(userId: string, now: Date): Promise<readonly string[]> {
    const reservations = await this.#queries.emailReservation.findMany({
      where: { userId, until: { gt: now } },
      select: { email: true },
      orderBy: { email: 'asc' },
    })
    return reservations.map(({ email }) => email)
  }

  async release(userId: string): Promise<void> {
    await this.#queries.$executeRaw`
      DELETE FROM email_reservations r WHERE r.user_id = ${userId}::uuid AND NOT EXISTS (
        SELECT 1 FROM one_time_tokens t
        WHERE t.user_id = r.user_id AND t.purpose = 'UNDO_EMAIL_CHANGE' AND t.consumed_at IS NULL AND t.email = r.email
      )`
  }

  async purge(endedBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM email_reservations WHERE (tenant_id, email) IN (
        SELECT tenant_id, email FROM email_reservations WHERE until < ${endedBefore}::timestamptz LIMIT ${limit}
      )`
  }
}
