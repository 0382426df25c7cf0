import { EmailTakenProblem } from '../../../../domain/problems.ts'
import type { Queries } from '../queries.ts'

/**
 * Call this after an address was written, in the same transaction. The write waited for the transaction that gave the
 * address up, and only a separate statement sees the reservation which that transaction made.
 * @throws EmailTakenProblem if the address is reserved for another user
 */
export async function assertUnreserved(
  queries: Queries,
  holder: { id: string; tenantId: string; email: string },
  now: Date,
): Promise<void> {
  const { id, tenantId, email } = holder
  const reserved = await queries.emailReservation.findFirst({
    where: { tenantId, email, userId: { not: id }, until: { gt: now } },
    select: { userId: true },
  })
  if (reserved !== null) throw new EmailTakenProblem()
}
