import { z } from 'zod'
import type { AttemptSubject } from '../../domain/attempts/lock-out.ts'
import { newOneTimeToken } from '../../domain/one-time-tokens/one-time-token.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { isExpired } from '../../domain/passwords/password-age.ts'
import {
  AccountDisabledProblem,
  AccountLockedProblem,
  InvalidCredentialsProblem,
  type Problem,
  SessionLimitProblem,
} from '../../domain/problems.ts'
import { UnavailableError } from '../../domain/refusals.ts'
import { type DeviceToken, findTrustedDevice } from '../../domain/sessions/device-token.ts'
import { tokenTransports } from '../../domain/sessions/session.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import type { PendingRegistration } from '../../domain/users/pending-registration.ts'
import { isLocked, type User } from '../../domain/users/user.ts'
import type { LoginCandidate } from '../../domain/users/user-store.ts'
import { usernameKey } from '../../domain/users/username.ts'
import type { Deadline } from '../../lib/deadline.ts'
import { normaliseEmail } from '../../lib/email-address.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { Credentials } from '../steps/credentials.ts'
import { deviceHints, identifier, parseInput, presentedPassword, tenantSlug } from '../steps/input.ts'
import type { OpenedSession, SignInRequest } from '../steps/open-session.ts'
import { type StartSessionDeps, startSession } from '../steps/start-session.ts'
import type { SignedIn } from './register.ts'

const rules = z.object({
  identifier,
  password: presentedPassword,
  rememberMe: z.boolean(),
  tenant: tenantSlug.nullish(),
  tokenTransport: z.enum(tokenTransports),
  device: deviceHints.nullish(),
  deviceToken: z.string().nullish(),
})

export type LoginInput = z.input<typeof rules>

/** Result of a login with the correct password. */
export type LoginAnswer =
  | SignedIn
  | { readonly kind: 'EMAIL_VERIFICATION_REQUIRED'; readonly email: string }
  | { readonly kind: 'PASSWORD_EXPIRED'; readonly resetToken: string; readonly expiresAt: Date }

type LoginDeps = StartSessionDeps &
  Pick<
    FlowDeps,
    | 'users'
    | 'pendingRegistrations'
    | 'accounts'
    | 'openSession'
    | 'replaceSession'
    | 'hasher'
    | 'audit'
    | 'auditSink'
    | 'guardPassword'
    | 'guessPatterns'
    | 'issueTokens'
    | 'deviceTokens'
    | 'emailVerification'
    | 'passwordPolicy'
    | 'transaction'
    | 'oneTimeTokenLifetimes'
  >

/**
 * Signs in with an e-mail address or a username and the password. An unknown identifier causes the same work and the
 * same result as a wrong password. Every other obstacle is revealed only after the correct password. If addresses must
 * be verified, the password of a pending registration of the address is correct too, whether or not the address has an
 * account: its owner must follow the link in the mail. The new session replaces the one whose cookies the request
 * carries.
 * @throws InvalidInputProblem, InvalidCredentialsProblem, AccountLockedProblem, RateLimitedProblem,
 * AccountDisabledProblem, SessionLimitProblem
 */
export function createLogin(deps: LoginDeps) {
  return async function login(
    raw: LoginInput,
    credentials: Credentials,
    origin: Origin,
  ): Promise<LoginAnswer> {
    const input = parseInput(rules, raw)
    const deadline = deps.hasher.newDeadline()
    const target = { tenant: input.tenant ?? defaultTenantSlug, ...readIdentifier(input.identifier) }
    const candidate = await deps.users.findForLogin(target.tenant, target.by)
    const device = findTrustedDevice(
      deps.deviceTokens,
      [input.deviceToken, credentials.deviceCookie],
      candidate === null ? null : { userId: candidate.user.id, epoch: candidate.deviceEpoch },
    )
    const pending = await findPending(deps, target)
    const attempts = await deps
      .guardPassword({
        subject: subjectOf(candidate, device, target),
        user: candidate?.user ?? null,
        reason: 'INVALID_CREDENTIALS',
        origin,
        guess: { tenant: target.tenant, identifier: target.identifier, password: input.password },
        deadline,
        compare: (_, inVain) => compare(deps, input.password, { candidate, pending, deadline, inVain }),
      })
      .catch(returnUnverified)
    if (attempts === 'UNVERIFIED') return refuseUnverified(deps, target, null, origin)
    if (candidate === null) throw new InvalidCredentialsProblem()
    const { user } = candidate
    const now = deps.clock.now()
    if (isLocked(user, now))
      return refuse(
        deps,
        new AccountLockedProblem({ by: 'ADMINISTRATOR', unlocksAt: user.lockedUntil }, now),
        user,
        origin,
      )
    if (!user.active) return refuse(deps, new AccountDisabledProblem(), user, origin)
    const step = await findMissingStep(deps, candidate, origin)
    if (step !== null) return step
    await rehash(deps, candidate, input.password, deadline)
    const { session, refresh } = startSession(deps, {
      owner: user,
      transport: input.tokenTransport,
      rememberMe: input.rememberMe,
      amr: ['pwd'],
      device: input.device ?? {},
      origin,
    })
    const tokens = await deps.issueTokens(session, user, refresh)
    const circumstances = {
      deviceProven: device !== null,
      failedAttempts: attempts.failuresBefore,
      ...(await deps.guessPatterns.seen(origin.address, input.password)),
    }
    const replaces = await deps.replaceSession.find(credentials)
    const opened = await open(deps, { user, session, circumstances, replaces, origin, deadline })
    if (replaces !== null && replaces.userId !== user.id) await deps.replaceSession.end(replaces, origin)
    const owner = { userId: user.id, epoch: candidate.deviceEpoch }
    const deviceToken = deps.deviceTokens.issue(owner, device?.deviceId)
    return { kind: 'SIGNED_IN', ...opened, tokens, deviceToken }
  }
}

/** Thrown by a comparison whose password is that of a pending registration: it clears no count of failures. */
class UnverifiedError extends Error {}

/** What a password is compared with. */
interface Comparable {
  readonly candidate: LoginCandidate | null
  /** Undefined if registrations are not compared: addresses need not be verified, or the identifier is a username. */
  readonly pending: PendingRegistration | null | undefined
  readonly deadline: Deadline
  /** Whether the password of the account is not compared; hashing is the same work. */
  readonly inVain: boolean
}

/** A username reveals no registration: otherwise a registrant could find out which username has the address. */
async function findPending(
  deps: LoginDeps,
  { tenant, by }: { tenant: string; by: { email: string } | { usernameKey: string } },
): Promise<PendingRegistration | null | undefined> {
  if (deps.emailVerification !== 'required') return undefined
  if (!('email' in by)) return null
  return deps.pendingRegistrations.findNewest(tenant, by.email, deps.clock.now())
}

/**
 * Compares the password with that of the account, then with that of the newest registration; with a decoy if there is
 * none. @throws UnverifiedError
 */
async function compare(
  { hasher }: LoginDeps,
  password: string,
  { candidate, pending, deadline, inVain }: Comparable,
): Promise<boolean> {
  if (inVain) await hasher.hash(password, deadline)
  else if (await hasher.verify(password, candidate?.password ?? null, deadline)) return true
  if (pending === undefined) return false
  if (await hasher.verify(password, pending?.password ?? null, deadline)) throw new UnverifiedError()
  return false
}

function returnUnverified(error: unknown): 'UNVERIFIED' {
  if (error instanceof UnverifiedError) return 'UNVERIFIED'
  throw error
}

async function refuseUnverified(
  deps: LoginDeps,
  { identifier: email }: { readonly identifier: string },
  user: User | null,
  origin: Origin,
): Promise<LoginAnswer> {
  await recordFailure(deps, 'EMAIL_NOT_VERIFIED', user, origin)
  return { kind: 'EMAIL_VERIFICATION_REQUIRED', email }
}

async function recordFailure(
  deps: LoginDeps,
  reason: string,
  user: User | null,
  origin: Origin,
): Promise<void> {
  const subject = { tenantId: user?.tenantId ?? null, userId: user?.id ?? null, reason }
  await deps.auditSink.append(deps.audit.event('LOGIN_FAILED', origin, subject))
}

async function refuse(deps: LoginDeps, problem: Problem, user: User, origin: Origin): Promise<never> {
  await recordFailure(deps, problem.code, user, origin)
  throw problem
}

/** What is required besides the correct password: a verified address, and a password that has not expired. */
async function findMissingStep(
  deps: LoginDeps,
  candidate: LoginCandidate,
  origin: Origin,
): Promise<LoginAnswer | null> {
  const { user, password, tenant } = candidate
  if (deps.emailVerification === 'required' && user.emailVerifiedAt === null)
    return refuseUnverified(deps, { identifier: user.email }, user, origin)
  const passwordRules = deps.passwordPolicy.rulesOf(tenant)
  if (password === null) return null
  const age = { changedAt: password.changedAt, expiresAt: candidate.passwordExpiresAt }
  if (!isExpired(age, passwordRules, deps.clock.now())) return null
  return requireNewPassword(deps, user, origin)
}

async function requireNewPassword(deps: LoginDeps, user: User, origin: Origin): Promise<LoginAnswer> {
  const lifeSeconds = deps.oneTimeTokenLifetimes.resetPasswordSeconds
  const { secret, token } = newOneTimeToken(deps, { purpose: 'RESET_PASSWORD', userId: user.id, lifeSeconds })
  const subject = { tenantId: user.tenantId, userId: user.id, reason: 'PASSWORD_EXPIRED' }
  const unchanged = await deps.transaction(async (stores) => {
    if ((await stores.accounts.lock(user.id, user.tokenVersion)) === null) return false
    await stores.oneTimeTokens.insert(token)
    await stores.audit.append(deps.audit.event('LOGIN_FAILED', origin, subject))
    return true
  })
  if (!unchanged) return refuse(deps, new InvalidCredentialsProblem(), user, origin)
  return { kind: 'PASSWORD_EXPIRED', resetToken: secret, expiresAt: token.expiresAt }
}

/** If the hasher has no room before the deadline, a later login replaces the hash. */
async function rehash(
  deps: LoginDeps,
  { user, password: stored }: LoginCandidate,
  password: string,
  deadline: Deadline,
) {
  if (stored === null || !deps.hasher.needsRehash(stored)) return
  const hashed = await deps.hasher.hash(password, deadline).catch((error: unknown) => {
    if (error instanceof UnavailableError) return null
    throw error
  })
  if (hashed === null) return
  await deps.accounts.rehashPassword(user.id, stored.hash, { ...hashed, changedAt: stored.changedAt })
}

async function open(deps: LoginDeps, request: SignInRequest): Promise<OpenedSession> {
  const { user, origin } = request
  try {
    const opened = await deps.openSession(request)
    return opened ?? (await refuse(deps, new InvalidCredentialsProblem(), user, origin))
  } catch (error) {
    if (error instanceof SessionLimitProblem) await recordFailure(deps, error.code, user, origin)
    throw error
  }
}

/** An identifier with an `@` is an address; any other is a username, because a username contains no `@`. */
function readIdentifier(raw: string) {
  if (raw.includes('@')) {
    const email = normaliseEmail(raw) ?? raw
    return { identifier: email, by: { email } }
  }
  const key = usernameKey(raw)
  return { identifier: key, by: { usernameKey: key } }
}

/**
 * The count that a failure goes to: that of the trusted device, of the account, or of an identifier without an
 * account.
 */
function subjectOf(
  candidate: LoginCandidate | null,
  device: DeviceToken | null,
  target: { readonly tenant: string; readonly identifier: string },
): AttemptSubject {
  if (candidate === null) return { kind: 'identifier', tenant: target.tenant, identifier: target.identifier }
  const { id: accountId, attemptEpoch: epoch } = candidate.user
  if (device === null) return { kind: 'account', identifier: target.identifier, accountId, epoch }
  return { kind: 'device', deviceId: device.deviceId, accountId, epoch }
}
