import type { Origin } from '../../domain/origin/origin.ts'
import type { StoredPassword } from '../../domain/passwords/password.ts'
import { EmailTakenProblem, UsernameTakenProblem } from '../../domain/problems.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { NewUser } from '../../domain/users/account-store.ts'
import type { PendingRegistration } from '../../domain/users/pending-registration.ts'
import type { User } from '../../domain/users/user.ts'
import { usernameKey } from '../../domain/users/username.ts'
import type { JsonObject } from '../../lib/json.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { post } from '../steps/post-mail.ts'

export type RegisterPendingDeps = Pick<FlowDeps, 'users' | 'transaction' | 'mails' | 'courier' | 'audit'>

/** A registration whose input is valid and whose password is accepted and hashed. */
export interface Registration {
  readonly user: NewUser
  readonly password: StoredPassword
  /** Details of the audit event. */
  readonly details: JsonObject
  readonly origin: Origin
}

/**
 * Registers where addresses must be verified first. A new address receives a mail with a link. The owner of an
 * existing account receives a mail that says so. An address that is registered but not verified receives one more
 * link, and the link that is followed decides which registration counts. All three cases write the same number of
 * rows and return nothing. The username is claimed only once the address is verified.
 * @throws UsernameTakenProblem: usernames are public, addresses are not
 */
export function createRegisterPending(deps: RegisterPendingDeps) {
  return async function registerPending(registration: Registration): Promise<void> {
    const { tenantId, username, email } = registration.user
    if (username !== null && (await deps.users.isUsernameTaken(tenantId, usernameKey(username)))) {
      throw new UsernameTakenProblem()
    }
    const user = { ...registration.user, username: null, pendingUsername: username }
    const pending = { ...registration, user }
    try {
      await attempt(deps, pending, await deps.users.findByEmail(tenantId, email))
    } catch (error) {
      if (!(error instanceof EmailTakenProblem)) throw error
      // A concurrent registration of the address can be found by now. If there is none, the address is reserved.
      await attempt(deps, pending, (await deps.users.findByEmail(tenantId, email)) ?? 'reserved')
    }
    deps.courier.wake()
  }
}

async function attempt(
  deps: RegisterPendingDeps,
  registration: Registration,
  found: User | null | 'reserved',
): Promise<void> {
  const { user, details, origin } = registration
  await deps.transaction(async (stores) => {
    const registered = found === 'reserved' ? null : await store(stores, registration, found)
    const owner = found === 'reserved' ? null : found
    const mail =
      registered === null
        ? deps.mails.accountExists(owner)
        : deps.mails.verifyEmail(registered, toPending(registration))
    await post(stores, mail)
    const reason = registered === null ? 'ADDRESS_HAS_ACCOUNT' : null
    const subject = { tenantId: user.tenantId, userId: registered?.id ?? null, reason, details }
    await stores.audit.append(deps.audit.event('USER_REGISTERED', origin, subject))
  })
}

/** The account that the registration created or replaced; null if the address belongs to an account in use. */
async function store(
  stores: Stores,
  { user, password }: Registration,
  found: User | null,
): Promise<User | null> {
  if (found === null) return stores.accounts.insert(user, password)
  return (await stores.accounts.replaceRegistration(found.id, user, password)) ? found : null
}

function toPending({ user, password }: Registration): PendingRegistration {
  const { pendingUsername, firstName, lastName, phoneNumber } = user
  return {
    passwordHash: password.hash,
    pepperId: password.pepperId,
    changedAt: password.changedAt.toISOString(),
    username: pendingUsername,
    firstName,
    lastName,
    phoneNumber,
  }
}
