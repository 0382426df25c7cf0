import type { EmailReservationStore } from '../../../domain/users/email-reservation-store.ts'
import type { Queries } from './queries.ts'

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

  async release(userId: string): Promise<void> {
    await this.#queries.emailReservation.deleteMany({ where: { userId } })
  }

  async purge(endedBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM email_reservations WHERE (tenant_id, email) IN (
        SELECT tenant_id, email FROM email_reservations WHERE until < ${endedBefore}::timestamptz LIMIT ${limit}
      )`
  }
}
