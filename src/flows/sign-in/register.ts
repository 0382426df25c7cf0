import { z } from 'zod'
import type { Origin } from '../../domain/origin/origin.ts'
import type { StoredPassword } from '../../domain/passwords/password.ts'
import { type Session, tokenTransports } from '../../domain/sessions/session.ts'
import type { User } from '../../domain/users/user.ts'
import type { NewUser } from '../../domain/users/user-store.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { post } from '../steps/account-mails.ts'
import { type AcceptedPassword, acceptPassword } from '../steps/check-new-password.ts'
import { findTenant, unknownTenant } from '../steps/find-tenant.ts'
import {
  deviceHints,
  email,
  newPassword,
  parseInput,
  personName,
  phoneNumber,
  tenantSlug,
  username,
} from '../steps/input.ts'
import type { SessionTokens } from '../steps/session-tokens.ts'
import { startSession } from '../steps/start-session.ts'
import { createRegisterPending, type RegisterPendingDeps } from './register-pending.ts'

const rules = z.object({
  email,
  password: newPassword,
  username: username.nullish(),
  firstName: personName.nullish(),
  lastName: personName.nullish(),
  phoneNumber: phoneNumber.nullish(),
  tenant: tenantSlug.nullish(),
  tokenTransport: z.enum(tokenTransports),
  device: deviceHints.nullish(),
})

export type RegisterInput = z.input<typeof rules>

/** Somebody who is signed in as of now. */
export interface SignedIn {
  readonly kind: 'SIGNED_IN'
  readonly user: User
  readonly session: Session
  readonly tokens: SessionTokens
  /** Marks the device as one that the owner has signed in on. */
  readonly deviceToken: string
}

/** A registration that waits for its mail; the same whether or not the address had an account. */
export interface RegistrationPending {
  readonly kind: 'PENDING'
  readonly email: string
}

type RegisterDeps = RegisterPendingDeps &
  Pick<
    FlowDeps,
    | 'clock'
    | 'ids'
    | 'sessionRules'
    | 'geo'
    | 'tenants'
    | 'passwordPolicy'
    | 'hasher'
    | 'transaction'
    | 'audit'
    | 'issueTokens'
    | 'deviceTokens'
    | 'mails'
    | 'courier'
    | 'emailVerification'
  >

/**
 * Makes an account. Where addresses must be verified it waits for its mail; otherwise it is signed in at once, and
 * account, session, mail and audit rows are stored together or not at all.
 * @throws InvalidInputProblem, WeakPasswordProblem, EmailTakenProblem, UsernameTakenProblem
 */
export function createRegister(deps: RegisterDeps) {
  const registerPending = createRegisterPending(deps)
  return async (written: RegisterInput, origin: Origin): Promise<SignedIn | RegistrationPending> => {
    const input = parseInput(rules, written)
    const tenant = await findTenant(deps.tenants, input.tenant ?? null, null)
    if (tenant === null) throw unknownTenant()
    const accepted = await acceptPassword(deps.passwordPolicy, tenant, input.password, input)
    const user = newUser(deps, tenant.id, input)
    const password = { ...(await deps.hasher.hash(input.password)), changedAt: user.createdAt }
    if (deps.emailVerification !== 'required') return signUp(deps, user, password, accepted, input, origin)
    await registerPending(user, password, accepted.auditDetails, origin)
    return { kind: 'PENDING', email: user.email }
  }
}

function newUser(deps: RegisterDeps, tenantId: string, input: z.infer<typeof rules>): NewUser {
  return {
    id: deps.ids.next(),
    tenantId,
    email: input.email,
    emailVerifiedAt: null,
    username: input.username ?? null,
    pendingUsername: null,
    firstName: input.firstName ?? null,
    lastName: input.lastName ?? null,
    phoneNumber: input.phoneNumber ?? null,
    role: 'USER',
    createdAt: deps.clock.now(),
  }
}

async function signUp(
  deps: RegisterDeps,
  newUser: NewUser,
  password: StoredPassword,
  { auditDetails: details }: AcceptedPassword,
  input: z.infer<typeof rules>,
  origin: Origin,
): Promise<SignedIn> {
  const { session, refresh } = startSession(deps, {
    owner: newUser,
    transport: input.tokenTransport,
    rememberMe: false,
    amr: ['pwd'],
    device: input.device ?? {},
    origin,
  })
  const subject = { tenantId: newUser.tenantId, userId: newUser.id, sessionId: session.id }
  const tokens = await deps.issueTokens(session, { role: newUser.role, tokenVersion: 0 }, refresh)
  const user = await deps.transaction(async (stores) => {
    const inserted = await stores.users.insert(newUser, password)
    await stores.audit.append(deps.audit.event('USER_REGISTERED', origin, { ...subject, details }))
    if (deps.emailVerification === 'optional') await post(stores, deps.mails.verifyEmail(inserted))
    const signedIn = deps.audit.event('LOGIN_SUCCEEDED', origin, subject)
    const opened = await stores.sessions.open(session, inserted.tokenVersion, signedIn)
    if (opened === null) throw new Error('A user that was just inserted is not there.')
    return opened
  })
  deps.courier.wake()
  const deviceToken = deps.deviceTokens.issue({ userId: user.id, epoch: 0 })
  return { kind: 'SIGNED_IN', user, session, tokens, deviceToken }
}
