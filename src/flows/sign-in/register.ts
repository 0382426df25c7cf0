import { z } from 'zod'
import type { Origin } from '../../domain/origin/origin.ts'
import { type Session, tokenTransports } from '../../domain/sessions/session.ts'
import type { NewUser } from '../../domain/users/account-store.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { acceptPassword } from '../steps/check-new-password.ts'
import type { Credentials } from '../steps/credentials.ts'
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
import { post } from '../steps/post-mail.ts'
import type { SessionTokens } from '../steps/session-tokens.ts'
import { type StartSessionDeps, startSession } from '../steps/start-session.ts'
import { createRegisterPending, type RegisterPendingDeps, type Registration } from './register-pending.ts'

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

/** A user who has just signed in, with their new session. */
export interface SignedIn {
  readonly kind: 'SIGNED_IN'
  readonly user: User
  readonly session: Session
  readonly tokens: SessionTokens
  /** Marks the device as one that the owner has signed in on. It outlives the session. */
  readonly deviceToken: string
}

/**
 * A registration that is completed by the link in a mail. The result is the same if the address already has an
 * account.
 */
export interface RegistrationPending {
  readonly kind: 'PENDING'
  readonly email: string
}

type RegisterDeps = StartSessionDeps &
  RegisterPendingDeps &
  Pick<
    FlowDeps,
    | 'tenants'
    | 'passwordPolicy'
    | 'hasher'
    | 'replaceSession'
    | 'issueTokens'
    | 'deviceTokens'
    | 'emailVerification'
  >

/**
 * Creates an account. If addresses must be verified, the account waits for the link in its mail. Otherwise the user
 * is signed in immediately, and account, session, mail and audit rows are stored in one transaction.
 * @throws InvalidInputProblem, WeakPasswordProblem, EmailTakenProblem, UsernameTakenProblem
 */
export function createRegister(deps: RegisterDeps) {
  const registerPending = createRegisterPending(deps)

  return async function register(
    raw: RegisterInput,
    credentials: Credentials,
    origin: Origin,
  ): Promise<SignedIn | RegistrationPending> {
    const input = parseInput(rules, raw)
    const tenant = await findTenant(deps.tenants, input.tenant ?? null, null)
    if (tenant === null) throw unknownTenant()
    const accepted = await acceptPassword(deps.passwordPolicy, tenant, input.password, input)
    const user = newUser(deps, tenant.id, input)
    const password = { ...(await deps.hasher.hash(input.password)), changedAt: user.createdAt }
    const registration = { user, password, details: accepted.auditDetails, origin }
    if (deps.emailVerification !== 'required') {
      const replaced = await deps.replaceSession.find(credentials)
      const signedIn = await signUp(deps, registration, input)
      if (replaced !== null) await deps.replaceSession.end(replaced, origin)
      return signedIn
    }
    await registerPending(registration)
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
    firstName: input.firstName ?? null,
    lastName: input.lastName ?? null,
    phoneNumber: input.phoneNumber ?? null,
    role: 'USER',
    createdAt: deps.clock.now(),
  }
}

async function signUp(
  deps: RegisterDeps,
  { user: newcomer, password, details, origin }: Registration,
  input: z.infer<typeof rules>,
): Promise<SignedIn> {
  const { session, refresh } = startSession(deps, {
    owner: newcomer,
    transport: input.tokenTransport,
    rememberMe: false,
    amr: ['pwd'],
    device: input.device ?? {},
    origin,
  })
  const subject = { tenantId: newcomer.tenantId, userId: newcomer.id, sessionId: session.id }
  const tokens = await deps.issueTokens(session, { role: newcomer.role, tokenVersion: 0 }, refresh)
  const user = await deps.transaction(async (stores) => {
    const inserted = await stores.accounts.insert(newcomer, password)
    await stores.audit.append(deps.audit.event('USER_REGISTERED', origin, { ...subject, details }))
    if (deps.emailVerification === 'optional') await post(stores, deps.mails.verifyEmail(inserted))
    const signedIn = deps.audit.event('LOGIN_SUCCEEDED', origin, subject)
    const opened = await stores.sessions.open(session, inserted.tokenVersion, signedIn)
    if (opened === null) throw new Error('The user that was just inserted does not exist.')
    return opened
  })
  deps.courier.wake()
  const deviceToken = deps.deviceTokens.issue({ userId: user.id, epoch: 0 })
  return { kind: 'SIGNED_IN', user, session, tokens, deviceToken }
}
