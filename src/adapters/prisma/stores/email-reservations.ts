import { EmailTakenProblem } from '../../../domain/problems.ts'
import type { Queries } from './queries.ts'

/**
 * To be asked after an address was written, in the same transaction: the writing waited for whoever gave the address
 * up, and only a statement of its own sees the reservation that he left.
 * @throws EmailTakenProblem when the address is reserved for somebody else
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
