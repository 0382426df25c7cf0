import type { AuditRecorder } from '../domain/audit/audit-recorder.ts'
import type { Origin } from '../domain/origin/origin.ts'
import type { StoredPassword } from '../domain/passwords/password.ts'
import { EmailTakenProblem, UsernameTakenProblem } from '../domain/problems.ts'
import type { Stores, Transaction } from '../domain/transaction.ts'
import type { AccountStore } from '../domain/users/account-store.ts'
import type { JsonObject, User } from '../domain/users/user.ts'
import type { NewUser, UserStore } from '../domain/users/user-store.ts'
import { usernameKey } from '../domain/users/username.ts'
import { type AccountMails, post } from './account-mails.ts'

export interface RegisterPendingDeps {
  readonly users: UserStore
  readonly accounts: AccountStore
  readonly transaction: Transaction
  readonly mails: AccountMails
  readonly courier: { wake(): void }
  readonly audit: AuditRecorder
}

export type RegisterPending = (
  wished: NewUser,
  password: StoredPassword,
  auditDetails: JsonObject,
  origin: Origin,
) => Promise<void>

/**
 * A registration where addresses must be verified first. A new address gets a mail with a link; the owner of an
 * account gets a mail that says so; a registration that was never verified is replaced by the newer one. All three
 * write alike, and the caller is told nothing. The username is only wished for until the address is verified.
 * @throws UsernameTakenProblem: usernames are public, addresses are not
 */
export function createRegisterPending(deps: RegisterPendingDeps): RegisterPending {
  async function attempt(
    newcomer: NewUser,
    password: StoredPassword,
    details: JsonObject,
    origin: Origin,
  ): Promise<void> {
    const found = await deps.users.findByEmail(newcomer.tenantId, newcomer.email)
    await deps.transaction(async (stores) => {
      const registered = await store(stores, found, newcomer, password)
      const letter =
        registered === null ? deps.mails.accountExists(found) : deps.mails.verifyEmail(registered)
      await post(stores, letter)
      const reason = registered === null ? 'ADDRESS_HAS_ACCOUNT' : null
      const subject = { tenantId: newcomer.tenantId, userId: registered?.id ?? null, reason, details }
      await stores.audit.append(deps.audit.event('USER_REGISTERED', origin, subject))
    })
  }

  return async (wished, password, details, origin) => {
    const { tenantId, username } = wished
    if (username !== null && (await deps.accounts.isUsernameTaken(tenantId, usernameKey(username)))) {
      throw new UsernameTakenProblem()
    }
    const newcomer = { ...wished, username: null, pendingUsername: username }
    try {
      await attempt(newcomer, password, details, origin)
    } catch (error) {
      if (!(error instanceof EmailTakenProblem)) throw error
      // Somebody registered the same address a moment ago, or it is reserved: it is found by now, or nobody is told.
      await attempt(newcomer, password, details, origin).catch(ignoreTaken)
    }
    deps.courier.wake()
  }
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

function ignoreTaken(error: unknown): void {
  if (!(error instanceof EmailTakenProblem)) throw error
}
