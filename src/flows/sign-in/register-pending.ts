import type { Origin } from '../../domain/origin/origin.ts'
import type { StoredPassword } from '../../domain/passwords/password.ts'
import { EmailTakenProblem, UsernameTakenProblem } from '../../domain/problems.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { PendingRegistration } from '../../domain/users/pending-registration.ts'
import type { User } from '../../domain/users/user.ts'
import type { NewUser } from '../../domain/users/user-store.ts'
import { usernameKey } from '../../domain/users/username.ts'
import type { JsonObject } from '../../lib/json.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { post } from '../steps/account-mails.ts'

export type RegisterPendingDeps = Pick<
  FlowDeps,
  'users' | 'accounts' | 'transaction' | 'mails' | 'courier' | 'audit'
>

export type RegisterPending = (
  wished: NewUser,
  password: StoredPassword,
  auditDetails: JsonObject,
  origin: Origin,
) => Promise<void>

/**
 * A registration where addresses must be verified first. A new address gets a mail with a link; the owner of an
 * account gets a mail that says so; an address that was registered and never verified gets one more link, and the link
 * that is followed decides whose registration counts. All three write alike, and the caller is told nothing. The
 * username is only wished for until the address is verified.
 * @throws UsernameTakenProblem: usernames are public, addresses are not
 */
export function createRegisterPending(deps: RegisterPendingDeps): RegisterPending {
  async function attempt(registration: Registration, found: User | null | 'reserved'): Promise<void> {
    const { newcomer, password, details, origin } = registration
    await deps.transaction(async (stores) => {
      const registered = found === 'reserved' ? null : await store(stores, found, newcomer, password)
      const owner = found === 'reserved' ? null : found
      const letter =
        registered === null
          ? deps.mails.accountExists(owner)
          : deps.mails.verifyEmail(registered, pendingRegistration(newcomer, password))
      await post(stores, letter)
      const reason = registered === null ? 'ADDRESS_HAS_ACCOUNT' : null
      const subject = { tenantId: newcomer.tenantId, userId: registered?.id ?? null, reason, details }
      await stores.audit.append(deps.audit.event('USER_REGISTERED', origin, subject))
    })
  }

  return async (wished, password, details, origin) => {
    const { tenantId, username, email } = wished
    if (username !== null && (await deps.accounts.isUsernameTaken(tenantId, usernameKey(username)))) {
      throw new UsernameTakenProblem()
    }
    const newcomer = { ...wished, username: null, pendingUsername: username }
    const registration = { newcomer, password, details, origin }
    try {
      await attempt(registration, await deps.users.findByEmail(tenantId, email))
    } catch (error) {
      if (!(error instanceof EmailTakenProblem)) throw error
      // Somebody registered the same address a moment ago and is found by now; otherwise it is reserved.
      await attempt(registration, (await deps.users.findByEmail(tenantId, email)) ?? 'reserved')
    }
    deps.courier.wake()
  }
}

interface Registration {
  readonly newcomer: NewUser
  readonly password: StoredPassword
  readonly details: JsonObject
  readonly origin: Origin
}

/** The account that the registration made or replaced; null when the address has one that is in use. */
async function store(
  stores: Stores,
  found: User | null,
  newcomer: NewUser,
  password: StoredPassword,
): Promise<User | null> {
  if (found === null) return stores.users.insert(newcomer, password)
  return (await stores.accounts.replaceRegistration(found.id, newcomer, password)) ? found : null
}

function pendingRegistration(newcomer: NewUser, password: StoredPassword): PendingRegistration {
  const { pendingUsername, firstName, lastName, phoneNumber } = newcomer
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
