import type { Origin } from '../../domain/origin/origin.ts'
import type { StoredPassword } from '../../domain/passwords/password.ts'
import { UsernameTakenProblem } from '../../domain/problems.ts'
import type { NewUser } from '../../domain/users/account-store.ts'
import type { PendingRegistration } from '../../domain/users/pending-registration.ts'
import type { User } from '../../domain/users/user.ts'
import { usernameKey } from '../../domain/users/username.ts'
import type { JsonObject } from '../../lib/text/json.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { AccountMailsOf } from '../steps/mails/account-mails.ts'
import { type MailWithTokens, post } from '../steps/mails/post-mail.ts'

export type RegisterPendingDeps = Pick<
  FlowDeps,
  'users' | 'transaction' | 'mails' | 'courier' | 'audit' | 'oneTimeTokenLifetimes'
>

/** A registration whose input is valid and whose password is accepted and hashed. */
export interface Registration {
  readonly user: NewUser
  readonly password: StoredPassword
  /** Details of the audit event. */
  readonly details: JsonObject
  readonly origin: Origin
}

/**
 * Registers where addresses must be verified first: stores a pending registration, whether or not the address has an
 * account. A new address receives a mail with a link that creates the account. The owner of an existing account receives
 * a mail that says so. All cases do the same work, write the same number of rows and return nothing. The username is
 * claimed only once the address is verified.
 * @throws UsernameTakenProblem: usernames are public, addresses are not
 */
export function createRegisterPending(deps: RegisterPendingDeps) {
  return async function registerPending(registration: Registration): Promise<void> {
    const { user, details, origin } = registration
    const { tenantId, username, email } = user
    if (username !== null && (await deps.users.isUsernameTaken(tenantId, usernameKey(username)))) {
      throw new UsernameTakenProblem()
    }
    const found = await deps.users.findByEmail(tenantId, email)
    const free = await deps.users.isEmailFree(user, email, user.createdAt)
    const pending = toPending(registration, deps.oneTimeTokenLifetimes.verifyEmailSeconds)
    const reason = found === null && free ? 'ADDRESS_NOT_VERIFIED' : 'ADDRESS_HAS_ACCOUNT'
    await deps.transaction(async (stores) => {
      await stores.pendingRegistrations.insert(pending)
      await post(stores, composeMail(deps.mails(origin), pending, found, free))
      const subject = { tenantId, userId: null, reason, details }
      await stores.audit.append(deps.audit.event('USER_REGISTERED', origin, subject))
    })
    deps.courier.wake()
  }
}

/**
 * The mail to a new address, to the owner of an account, or, if the address is reserved for another user, to no one. An
 * account that was never verified and never signed in to was registered with an earlier version, or imported: a link
 * verifies it.
 */
function composeMail(
  mails: ReturnType<AccountMailsOf>,
  pending: PendingRegistration,
  found: User | null,
  free: boolean,
): MailWithTokens {
  if (found === null) return free ? mails.verifyRegistration(pending) : mails.accountExists(null)
  const unused = found.active && found.emailVerifiedAt === null && found.loginCount === 0
  return unused ? mails.verifyEmail(found, true) : mails.accountExists(found)
}

function toPending({ user, password }: Registration, lifeSeconds: number): PendingRegistration {
  const { id, tenantId, email, username, firstName, lastName, phoneNumber, locale, createdAt } = user
  const expiresAt = new Date(createdAt.getTime() + lifeSeconds * 1000)
  return {
    id,
    tenantId,
    email,
    password,
    username,
    firstName,
    lastName,
    phoneNumber,
    locale,
    createdAt,
    expiresAt,
  }
}
