import { accessRolesOf } from '../../domain/access/owner-access.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidTokenProblem } from '../../domain/problems.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { NewUser } from '../../domain/users/account-store.ts'
import type { PendingRegistration } from '../../domain/users/pending-registration.ts'
import type { User } from '../../domain/users/user.ts'
import { usernameKey } from '../../domain/users/username.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { post } from '../steps/mails/post-mail.ts'

export type CompleteRegistrationDeps = Pick<FlowDeps, 'ids' | 'mails' | 'audit'>

/**
 * Creates the account of a pending registration, inside the transaction that has found the token of its link. If other
 * registrations of the address are live, their mails are alike and the link may be any of them: then the account has
 * nothing of any registration and no password, and a link that sets one is mailed.
 * @throws InvalidTokenProblem if the registration was completed or denied meanwhile; EmailTakenProblem if the address
 * has an account or is reserved; UsernameTakenProblem if another user claims the name at the same moment: try again
 */
export async function completeRegistration(
  deps: CompleteRegistrationDeps,
  stores: Stores,
  registration: PendingRegistration,
  { origin, now }: { origin: Origin; now: Date },
): Promise<{ user: User; passwordResetSent: boolean }> {
  const open = await stores.pendingRegistrations.lockOpen(registration, now)
  if (!open.some(({ id }) => id === registration.id)) throw new InvalidTokenProblem()
  const contested = open.some(({ id, live }) => live && id !== registration.id)
  const accessRoles = accessRolesOf(await stores.userAccess.findDefaults(registration.tenantId))
  const account = { ...bareAccount(registration, now), id: deps.ids.next(), accessRoles }
  const user = contested
    ? await stores.accounts.insert(account, null)
    : await insertRegistered(stores, account, registration)
  // The password of the account has replaced that of the registration. Otherwise the registration stays until it
  // expires, since `login` must not reveal that the address was verified.
  if (!contested) await stores.pendingRegistrations.remove(registration.id)
  await stores.pendingRegistrations.closeAll(registration, now)
  const subject = { tenantId: user.tenantId, userId: user.id }
  await stores.audit.append(deps.audit.event('USER_REGISTERED', origin, subject))
  await stores.audit.append(deps.audit.event('EMAIL_VERIFIED', origin, subject))
  if (contested) await post(stores, deps.mails(origin).resetPassword(user))
  return { user, passwordResetSent: contested }
}

function bareAccount(
  { tenantId, email }: PendingRegistration,
  now: Date,
): Omit<NewUser, 'id' | 'accessRoles'> {
  return {
    tenantId,
    email,
    emailVerifiedAt: now,
    username: null,
    firstName: null,
    lastName: null,
    phoneNumber: null,
    locale: null,
    role: 'USER',
    metadata: {},
    createdAt: now,
  }
}

/** Claims the requested username if it is still free. */
async function insertRegistered(
  { users, accounts }: Stores,
  account: NewUser,
  { username, firstName, lastName, phoneNumber, locale, password }: PendingRegistration,
): Promise<User> {
  const taken = username !== null && (await users.isUsernameTaken(account.tenantId, usernameKey(username)))
  const claimed = taken ? null : username
  return accounts.insert(
    { ...account, username: claimed, firstName, lastName, phoneNumber, locale },
    password,
  )
}
