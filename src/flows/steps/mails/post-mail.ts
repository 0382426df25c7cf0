import type { QueuedMail } from '../../../domain/mail/mail.ts'
import type { OneTimeToken } from '../../../domain/one-time-tokens/one-time-token.ts'
import type { Stores } from '../../../domain/transaction.ts'
import { hourMs } from '../../../lib/time/duration.ts'

/** A mail and the tokens of its links. The transaction of the change that causes the mail stores both. */
export interface MailWithTokens {
  readonly tokens: readonly OneTimeToken[]
  readonly mail: QueuedMail
}

/** Maximum number of notices of one kind that an account receives in an hour. */
const maxNoticesPerHour = 10

/** Stores a mail and its tokens. Wake the courier after the commit of the transaction. */
export async function post(
  stores: Pick<Stores, 'oneTimeTokens' | 'mail'>,
  { tokens, mail }: MailWithTokens,
): Promise<void> {
  for (const token of tokens) await stores.oneTimeTokens.insert(token)
  await stores.mail.enqueue(mail)
}

/**
 * Stores a mail that reports an action of a signed-in user to the owner of the address, unless the account has
 * received the maximum of this kind within the hour: the signed-in user may have registered an address of another
 * person, and must not flood its mailbox. The caller has locked the account's row.
 */
export async function postNotice(
  stores: Pick<Stores, 'oneTimeTokens' | 'mail'>,
  notice: MailWithTokens,
): Promise<void> {
  const { userId } = notice.mail
  if (userId === null || (await isBelowMaximum(stores, notice, userId))) await post(stores, notice)
}

/**
 * The same where nothing may reveal whether an account exists. Locks the account's row itself. If the notice is above
 * the maximum, the decoy is stored instead, by the same statements; `decoy` is the same mail without a recipient.
 */
export async function postNoticeOrDecoy(
  stores: Pick<Stores, 'accounts' | 'oneTimeTokens' | 'mail'>,
  notice: MailWithTokens,
  decoy: MailWithTokens,
): Promise<void> {
  // Without an account the id of the mail is used: no account has it, and the statements stay the same.
  const ownerId = notice.mail.userId ?? notice.mail.id
  await stores.accounts.lock(ownerId, null)
  await post(stores, (await isBelowMaximum(stores, notice, ownerId)) ? notice : decoy)
}

async function isBelowMaximum(
  stores: Pick<Stores, 'mail'>,
  { mail: { kind, createdAt } }: MailWithTokens,
  userId: string,
): Promise<boolean> {
  const since = new Date(createdAt.getTime() - hourMs)
  return (await stores.mail.countSince(userId, kind, since)) < maxNoticesPerHour
}
