import { type OneTimeTokenPurpose, oneTimeDigest } from '../../domain/one-time-tokens/one-time-token.ts'
import type { ConsumedToken } from '../../domain/one-time-tokens/one-time-token-store.ts'
import { InvalidTokenProblem } from '../../domain/problems.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'

/**
 * Consumes a one-time token, inside a transaction. The account's row is locked first for every purpose, so that two
 * links of the same account wait for each other. @throws InvalidTokenProblem, also for a deactivated account
 */
export async function consumeToken(
  stores: Pick<Stores, 'oneTimeTokens' | 'accounts'>,
  secret: string,
  purpose: OneTimeTokenPurpose,
  now: Date,
): Promise<{ token: ConsumedToken; user: User }> {
  const digest = oneTimeDigest(secret)
  const found = digest === null ? null : await stores.oneTimeTokens.find(digest, purpose, now)
  const user = found === null ? null : await stores.accounts.lock(found.userId, null)
  const token =
    digest === null || user === null ? null : await stores.oneTimeTokens.consume(digest, purpose, now)
  if (user === null || token === null) throw new InvalidTokenProblem()
  return { token, user }
}
