import type { FactorChange } from '../../../domain/factors/factor-change.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { User } from '../../../domain/users/user.ts'
import type { Services } from '../../services.ts'
import { post } from '../mails/post-mail.ts'

export interface RecordedChange {
  readonly user: User
  /** The session in which the owner made the change; null: during a sign-in. */
  readonly sessionId: string | null
  readonly change: FactorChange
  readonly origin: Origin
  readonly now: Date
}

/**
 * Records a change of a factor, inside its transaction: the audit event, the end of every remembered device and of sign-ins that
 * have seen the factors from before, and the mail
 * whose link takes the change back. Every change is mailed, because without the link a thief who adds a factor would lock the
 * owner out; also to addresses from which a change of address can be undone, since the thief may have changed it before. Wake the
 * courier after the commit.
 */
export async function recordFactorChange(
  { audit, mails }: Pick<Services, 'audit' | 'mails'>,
  stores: Pick<
    Stores,
    'accounts' | 'audit' | 'rememberedDevices' | 'emailReservations' | 'oneTimeTokens' | 'mail'
  >,
  { user, sessionId, change, origin, now }: RecordedChange,
): Promise<void> {
  const { tenantId, id: userId } = user
  const type = change.change === 'ADDED' ? 'FACTOR_ADDED' : 'FACTOR_REMOVED'
  const details = { factor: change.factor, factorId: change.id }
  await stores.audit.append(audit.event(type, origin, { tenantId, userId, sessionId, details }))
  await stores.accounts.raiseFactorVersion(userId)
  await stores.rememberedDevices.removeAll(userId, now)
  const { factors } = mails(origin)
  await post(stores, factors.changed(user, change))
  const earlier = await stores.emailReservations.list(userId, now)
  for (const email of earlier.filter((one) => one !== user.email)) {
    // Without a greeting by name: the address may never have been verified.
    await post(stores, factors.changed({ ...user, email, emailVerifiedAt: null }, change))
  }
}
