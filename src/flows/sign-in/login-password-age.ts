import { newOneTimeToken } from '../../domain/one-time-tokens/one-time-token.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { isExpired } from '../../domain/passwords/password-age.ts'
import type { PasswordRules } from '../../domain/passwords/password-rules.ts'
import { InvalidCredentialsProblem, type Problem } from '../../domain/problems.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import type { LoginCandidate } from '../../domain/users/user-store.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { type RecordFailureDeps, refuse } from './login-account.ts'
import type { PasswordExpired } from './login-answer.ts'

export type PasswordAgeDeps = RecordFailureDeps &
  Pick<FlowDeps, 'transaction' | 'oneTimeTokenLifetimes' | 'ids' | 'clock'>

/** Whether the password must be replaced before a session begins. */
export function hasExpiredPassword(
  { clock }: Pick<PasswordAgeDeps, 'clock'>,
  { password, passwordExpiresAt: expiresAt }: LoginCandidate,
  rules: PasswordRules,
): boolean {
  if (password === null) return false
  const age = { changedAt: password.changedAt, expiresAt }
  return isExpired(age, rules, clock.now())
}

/**
 * The answer to the owner of a password that has expired: a token that sets a new one. `consume` runs in the transaction
 * that stores the token. @throws InvalidCredentialsProblem, or `outdated`, if the password has changed since the comparison
 */
export async function requireNewPassword(
  deps: PasswordAgeDeps,
  user: User,
  origin: Origin,
  consume?: (stores: Stores) => Promise<void>,
  outdated: Problem = new InvalidCredentialsProblem(),
): Promise<PasswordExpired> {
  const lifeSeconds = deps.oneTimeTokenLifetimes.resetPasswordSeconds
  const { secret, token } = newOneTimeToken(deps, { purpose: 'RESET_PASSWORD', userId: user.id, lifeSeconds })
  const subject = { tenantId: user.tenantId, userId: user.id, reason: 'PASSWORD_EXPIRED' }
  const unchanged = await deps.transaction(async (stores) => {
    if ((await stores.accounts.lock(user.id, user.tokenVersion)) === null) return false
    await consume?.(stores)
    await stores.oneTimeTokens.insert(token)
    await stores.audit.append(deps.audit.event('LOGIN_FAILED', origin, subject))
    return true
  })
  if (!unchanged) return refuse(deps, outdated, user, origin)
  return { kind: 'PASSWORD_EXPIRED', resetToken: secret, expiresAt: token.expiresAt }
}
