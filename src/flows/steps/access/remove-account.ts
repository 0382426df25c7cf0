import type { Origin } from '../../../domain/origin/origin.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { User } from '../../../domain/users/user.ts'
import type { Services } from '../../services.ts'
import { post } from '../mails/post-mail.ts'
import { signOut } from '../sessions/sign-out.ts'

export interface AccountRemoval {
  readonly subject: User
  /** The account after its token version was raised. */
  readonly tokenVersion: number
  /** Who ends the sessions: the owner; null: the operator, on the command line. */
  readonly actorId: string | null
  readonly reason: string | null
  readonly origin: Origin
  readonly now: Date
}

/**
 * Removes an account inside a transaction that has locked its row: its sessions end, its personal data goes, its owner gets a
 * mail. Announce the revocation and wake the courier after the commit.
 */
export async function removeAccount(
  deps: Pick<Services, 'audit' | 'mails'>,
  stores: Stores,
  { subject, tokenVersion, actorId, reason, origin, now }: AccountRemoval,
) {
  const { id: userId, tenantId } = subject
  const ended = await signOut(stores, {
    userId,
    tokenVersion,
    exceptSessionId: null,
    revokedBy: actorId,
    reason: 'ACCOUNT_DELETED',
    audit: deps.audit.event('SESSION_REVOKED', origin, { tenantId, userId, reason: 'ACCOUNT_DELETED' }),
    now,
  })
  await stores.accounts.remove(userId)
  const anonymous = { ...origin, address: null, userAgent: null }
  await stores.audit.append(deps.audit.event('ACCOUNT_DELETED', anonymous, { tenantId, userId, reason }))
  await post(stores, deps.mails(origin).accountDeleted(subject))
  return ended
}
