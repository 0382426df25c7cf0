import { oneTimeDigest } from '../../domain/one-time-tokens/one-time-token.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { EmailTakenProblem, InvalidTokenProblem, UsernameTakenProblem } from '../../domain/problems.ts'
import { acceptsRegistration } from '../../domain/tenants/registration-policy.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { consumeToken } from '../steps/consume-token.ts'
import { post } from '../steps/mails/post-mail.ts'
import { type CompleteRegistrationDeps, completeRegistration } from './complete-registration.ts'

type VerifyEmailDeps = CompleteRegistrationDeps &
  Pick<FlowDeps, 'transaction' | 'courier' | 'clock' | 'pendingRegistrations' | 'tenants'>

/** A verified address. */
export interface VerifiedEmail {
  readonly user: User
  /**
   * Whether the account has no password, because several clients have registered the address, and a link that sets one
   * was mailed.
   */
  readonly passwordResetSent: boolean
}

/**
 * Verifies an address by the token of a mail: completes the pending registration that the token belongs to, or verifies
 * the address of an account. @throws InvalidTokenProblem
 */
export function createVerifyEmail(deps: VerifyEmailDeps) {
  return async function verifyEmail(secret: string, origin: Origin): Promise<VerifiedEmail> {
    try {
      return await attempt(deps, secret, origin)
    } catch (error) {
      if (error instanceof EmailTakenProblem) throw new InvalidTokenProblem()
      if (!(error instanceof UsernameTakenProblem)) throw error
      // A concurrent request has claimed the requested username: the account is verified without one.
      return attempt(deps, secret, origin)
    }
  }
}

async function attempt(deps: VerifyEmailDeps, secret: string, origin: Origin): Promise<VerifiedEmail> {
  const now = deps.clock.now()
  const digest = oneTimeDigest(secret)
  if (digest === null) throw new InvalidTokenProblem()
  await requireAccepted(deps, digest, now)
  const verified = await deps.transaction(async (stores) => {
    const registration = await stores.pendingRegistrations.findByToken(digest, 'VERIFY_EMAIL', now)
    if (registration === null) return verifyAccount(deps, stores, secret, origin)
    return completeRegistration(deps, stores, registration, { origin, now })
  })
  if (verified.passwordResetSent) deps.courier.wake()
  return verified
}

/** The tenant may have closed registration since the link was mailed. It works again if the tenant accepts the address again. */
async function requireAccepted(
  { pendingRegistrations, tenants }: VerifyEmailDeps,
  digest: Uint8Array<ArrayBuffer>,
  now: Date,
): Promise<void> {
  const registration = await pendingRegistrations.findByToken(digest, 'VERIFY_EMAIL', now)
  if (registration === null) return
  const rules = await tenants.rulesOf(registration.tenantId)
  if (!acceptsRegistration(rules.registration, registration.email)) throw new InvalidTokenProblem()
}

async function verifyAccount(
  deps: VerifyEmailDeps,
  stores: Stores,
  secret: string,
  origin: Origin,
): Promise<VerifiedEmail> {
  const now = deps.clock.now()
  const { token, user: before } = await consumeToken(stores, secret, 'VERIFY_EMAIL', now)
  const registrations = await stores.pendingRegistrations.lockOpen(before, now)
  const contested = token.carriesRegistration || registrations.length > 0
  const passwordResetSent = await stores.accounts.removeUnprovenPassword(before.id, contested)
  const user = await stores.accounts.verifyEmail(before.id, now)
  if (user === null) throw new InvalidTokenProblem()
  await stores.oneTimeTokens.voidAll(user.id, ['VERIFY_EMAIL', 'DENY_REGISTRATION'], now)
  await stores.pendingRegistrations.closeAll(user, now)
  const subject = { tenantId: user.tenantId, userId: user.id }
  await stores.audit.append(deps.audit.event('EMAIL_VERIFIED', origin, subject))
  if (passwordResetSent) await post(stores, deps.mails(origin).resetPassword(user))
  return { user, passwordResetSent }
}
