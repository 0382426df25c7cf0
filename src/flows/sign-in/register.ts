import { z } from 'zod'
import { accessRolesOf } from '../../domain/access/owner-access.ts'
import { judgeEnrolment } from '../../domain/factors/mfa-policy.ts'
import {
  enrolmentLifeMs,
  maxOpenChallenges,
  newSignInChallenge,
} from '../../domain/factors/sign-in-challenge.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { methodsOf } from '../../domain/sessions/assurance.ts'
import {
  describeDevice,
  deviceDigest,
  displayedDevice,
  fingerprintDigest,
} from '../../domain/sessions/device.ts'
import { tokenTransports } from '../../domain/sessions/session.ts'
import { requireRegistration } from '../../domain/tenants/registration-policy.ts'
import type { TenantRules } from '../../domain/tenants/tenant-rules.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { NewUser } from '../../domain/users/account-store.ts'
import type { User } from '../../domain/users/user.ts'
import { toHex } from '../../lib/crypto/digest.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { Credentials } from '../steps/access/credentials.ts'
import { findTenant, unknownTenant } from '../steps/find-tenant.ts'
import {
  deviceHints,
  email,
  locale,
  newPassword,
  parseInput,
  personName,
  phoneNumber,
  tenantSlug,
  username,
} from '../steps/input.ts'
import { post } from '../steps/mails/post-mail.ts'
import { acceptPassword } from '../steps/passwords/check-new-password.ts'
import { type StartSessionDeps, startSession } from '../steps/sessions/start-session.ts'
import { enrolmentRequired } from './challenge-login.ts'
import type { MfaEnrolmentRequired } from './login-answer.ts'
import { createRegisterPending, type RegisterPendingDeps, type Registration } from './register-pending.ts'
import type { SignedIn } from './signed-in.ts'

const rules = z.object({
  email,
  password: newPassword,
  username: username.nullish(),
  firstName: personName.nullish(),
  lastName: personName.nullish(),
  phoneNumber: phoneNumber.nullish(),
  locale: locale.nullish(),
  tenant: tenantSlug.nullish(),
  tokenTransport: z.enum(tokenTransports),
  device: deviceHints.nullish(),
})

export type RegisterInput = z.input<typeof rules>

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
    | 'userAccess'
    | 'userAgents'
    | 'passwordPolicy'
    | 'hasher'
    | 'replaceSession'
    | 'issueTokens'
    | 'deviceTokens'
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
  ): Promise<SignedIn | MfaEnrolmentRequired | RegistrationPending> {
    const input = parseInput(rules, raw)
    const deadline = deps.hasher.newDeadline()
    const tenant = await findTenant(deps.tenants, input.tenant ?? null, null)
    if (tenant === null) throw unknownTenant()
    requireRegistration(tenant.rules.registration, input.email)
    const accepted = await acceptPassword(deps.passwordPolicy, tenant.rules.passwords, input.password, input)
    const user = newUser(deps, tenant.id, input)
    const password = { ...(await deps.hasher.hash(input.password, deadline)), changedAt: user.createdAt }
    const { rules: tenantRules } = tenant
    const pending = { user, password, details: accepted.auditDetails, origin }
    if (tenantRules.emailVerification !== 'required') {
      const access = await deps.userAccess.findDefaults(tenant.id)
      const registration = { ...pending, tenantRules, user: { ...user, accessRoles: accessRolesOf(access) } }
      const replaced = await deps.replaceSession.find(credentials)
      const account = { role: user.role, hasSecondFactor: false, enrolBy: null }
      const policy = judgeEnrolment(tenantRules.mfa, account, deps.clock.now())
      if (policy.kind === 'NOW') return enrolUp(deps, registration, input, policy.enrolBy)
      const signedIn = await signUp(deps, registration, input, policy.enrolBy)
      if (replaced !== null) await deps.replaceSession.end(replaced, origin)
      return signedIn
    }
    await registerPending(pending)
    return { kind: 'PENDING', email: user.email }
  }
}

/** The registration of an account that begins at once. */
interface OpenRegistration extends Registration {
  readonly tenantRules: TenantRules
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
    locale: input.locale ?? null,
    role: 'USER',
    accessRoles: [],
    metadata: {},
    createdAt: deps.clock.now(),
  }
}

async function signUp(
  deps: RegisterDeps,
  { user: newcomer, password, tenantRules, details, origin }: OpenRegistration,
  input: z.infer<typeof rules>,
  enrolBy: Date | null,
): Promise<SignedIn> {
  const request = {
    owner: newcomer,
    transport: input.tokenTransport,
    rememberMe: false,
    amr: methodsOf('PASSWORD'),
    device: input.device ?? {},
    origin,
  }
  const { session: started, refresh } = startSession(deps, request, tenantRules.sessions)
  const endsBy = enrolBy !== null && enrolBy < started.expiresAt ? enrolBy : started.expiresAt
  const session = { ...started, expiresAt: endsBy }
  const subject = { tenantId: newcomer.tenantId, userId: newcomer.id, sessionId: session.id }
  const { user, owner } = await deps.transaction(async (stores) => {
    const inserted = await insertAccount(
      deps,
      stores,
      { user: newcomer, password, tenantRules, details, origin },
      session.id,
    )
    if (enrolBy !== null) await stores.accounts.setEnrolBy(inserted.id, enrolBy)
    const signedIn = deps.audit.event('LOGIN_SUCCEEDED', origin, subject)
    const opened = await stores.sessions.open(session, { ...inserted, factorVersion: 0 }, signedIn)
    // The tenant was deactivated meanwhile.
    if (opened === null) throw unknownTenant()
    return opened
  })
  deps.courier.wake()
  deps.userAgents.note(session.userAgent, user.id, session.createdAt)
  const tokens = await deps.issueTokens(session, owner, refresh)
  const deviceToken = deps.deviceTokens.issue({ userId: user.id, epoch: 0 })
  return { kind: 'SIGNED_IN', user, session, tokens, deviceToken }
}

async function insertAccount(
  deps: RegisterDeps,
  stores: Stores,
  { user: newcomer, password, tenantRules, details, origin }: OpenRegistration,
  sessionId: string | null,
): Promise<User> {
  const inserted = await stores.accounts.insert(newcomer, password)
  const subject = { tenantId: inserted.tenantId, userId: inserted.id, sessionId }
  await stores.audit.append(deps.audit.event('USER_REGISTERED', origin, { ...subject, details }))
  if (tenantRules.emailVerification === 'optional')
    await post(stores, deps.mails(origin).verifyEmail(inserted))
  return inserted
}

/** Creates the account without a session: the policy requires the enrolment of a factor first. */
async function enrolUp(
  deps: RegisterDeps,
  registration: OpenRegistration,
  input: z.infer<typeof rules>,
  enrolBy: Date,
): Promise<MfaEnrolmentRequired> {
  const { user, origin } = registration
  const device = input.device ?? {}
  const fingerprint = fingerprintDigest(device)
  const issued = newSignInChallenge(deps, {
    userId: user.id,
    tenantId: user.tenantId,
    kind: 'ENROLMENT',
    deviceDigest: deviceDigest(origin.userAgent, device),
    tokenVersion: 0,
    amr: methodsOf('PASSWORD'),
    transport: input.tokenTransport,
    rememberMe: false,
    signIn: {
      identifier: user.email,
      deviceName: device.name ?? null,
      ...displayedDevice(describeDevice(origin.userAgent, device, origin.mobile)),
      fingerprint: fingerprint === null ? null : toHex(fingerprint),
      deviceId: null,
      deviceEpoch: 0,
      attemptEpoch: 0,
      failedAttempts: 0,
      stuffing: false,
      spraying: false,
    },
    passkeyChallenge: null,
    lifeMs: enrolmentLifeMs,
  })
  const subject = { tenantId: user.tenantId, userId: user.id, reason: 'FACTOR_REQUIRED' }
  await deps.transaction(async (stores) => {
    await insertAccount(deps, stores, registration, null)
    await stores.accounts.setEnrolBy(user.id, enrolBy)
    await stores.signInChallenges.open(issued.challenge, maxOpenChallenges)
    await stores.audit.append(deps.audit.event('MFA_CHALLENGED', origin, subject))
  })
  deps.courier.wake()
  return enrolmentRequired(issued)
}
