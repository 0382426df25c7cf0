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
import { type DeviceToken, findTrustedDevice } from '../../domain/sessions/device-token.ts'
import { tokenTransports } from '../../domain/sessions/session.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import { normaliseEmail } from '../../domain/users/email-address.ts'
import { isLocked, type User } from '../../domain/users/user.ts'
import type { LoginCandidate } from '../../domain/users/user-store.ts'
import { usernameKey } from '../../domain/users/username.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { deviceHints, identifier, parseInput, presentedPassword, tenantSlug } from '../steps/input.ts'
import type { OpenedSession, SignInRequest } from '../steps/open-session.ts'
import { startSession } from '../steps/start-session.ts'
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

/** What a right password can lead to. */
export type LoginAnswer =
  | SignedIn
  | { readonly kind: 'EMAIL_VERIFICATION_REQUIRED'; readonly email: string }
  | { readonly kind: 'PASSWORD_EXPIRED'; readonly resetToken: string; readonly expiresAt: Date }

type LoginDeps = Pick<
  FlowDeps,
  | 'clock'
  | 'ids'
  | 'sessionRules'
  | 'geo'
  | 'users'
  | 'openSession'
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
 * Signs in with an e-mail address or a username and the password. An unknown identifier costs the same work and gets
 * the same answer as a wrong password; whatever else is in the way is told only after the right one.
 * @throws InvalidInputProblem, InvalidCredentialsProblem, AccountLockedProblem, RateLimitedProblem, AccountDisabledProblem,
 * SessionLimitProblem
 */
export function createLogin(deps: LoginDeps) {
  async function recordFailure(
    reason: string,
    candidate: LoginCandidate | null,
    origin: Origin,
  ): Promise<void> {
    const user = candidate?.user
    const subject = { tenantId: user?.tenantId ?? null, userId: user?.id ?? null, reason }
    await deps.auditSink.append(deps.audit.event('LOGIN_FAILED', origin, subject))
  }

  async function refuse(problem: Problem, candidate: LoginCandidate | null, origin: Origin): Promise<never> {
    await recordFailure(problem.code, candidate, origin)
    throw problem
  }

  async function rehash(user: User, password: string, candidate: LoginCandidate): Promise<void> {
    if (candidate.password === null || !deps.hasher.needsRehash(candidate.password)) return
    const renewed = { ...(await deps.hasher.hash(password)), changedAt: candidate.password.changedAt }
    await deps.users.rehashPassword(user.id, candidate.password.hash, renewed)
  }

  /** What the right password does not replace: a verified address, a password that is not too old. */
  async function missingStep(candidate: LoginCandidate, origin: Origin): Promise<LoginAnswer | null> {
    const { user, password, tenant } = candidate
    if (deps.emailVerification === 'required' && user.emailVerifiedAt === null) {
      await recordFailure('EMAIL_NOT_VERIFIED', candidate, origin)
      return { kind: 'EMAIL_VERIFICATION_REQUIRED', email: user.email }
    }
    const rules = deps.passwordPolicy.rulesOf(tenant)
    if (password === null || !isExpired(password, rules, deps.clock.now())) return null
    const lifeSeconds = deps.oneTimeTokenLifetimes.resetPasswordSeconds
    const { secret, token } = newOneTimeToken(deps, {
      purpose: 'RESET_PASSWORD',
      userId: user.id,
      lifeSeconds,
    })
    const subject = { tenantId: user.tenantId, userId: user.id, reason: 'PASSWORD_EXPIRED' }
    const unchanged = await deps.transaction(async (stores) => {
      if ((await stores.accounts.lock(user.id, user.tokenVersion)) === null) return false
      await stores.oneTimeTokens.insert(token)
      await stores.audit.append(deps.audit.event('LOGIN_FAILED', origin, subject))
      return true
    })
    if (!unchanged) return refuse(new InvalidCredentialsProblem(), candidate, origin)
    return { kind: 'PASSWORD_EXPIRED', resetToken: secret, expiresAt: token.expiresAt }
  }

  async function open(request: SignInRequest, candidate: LoginCandidate): Promise<OpenedSession> {
    try {
      const opened = await deps.openSession(request)
      return opened ?? (await refuse(new InvalidCredentialsProblem(), candidate, request.origin))
    } catch (error) {
      if (error instanceof SessionLimitProblem) await recordFailure(error.code, candidate, request.origin)
      throw error
    }
  }

  return async (written: LoginInput, deviceCookie: string | null, origin: Origin): Promise<LoginAnswer> => {
    const input = parseInput(rules, written)
    const wanted = { tenant: input.tenant ?? defaultTenantSlug, ...normalise(input.identifier) }
    const candidate = await deps.users.findForLogin(wanted.tenant, wanted.by)
    const device = findTrustedDevice(
      deps.deviceTokens,
      [input.deviceToken, deviceCookie],
      candidate === null ? null : { userId: candidate.user.id, epoch: candidate.deviceEpoch },
    )
    const attempts = await deps.guardPassword({
      subject: subjectOf(candidate, device, wanted),
      user: candidate?.user ?? null,
      reason: 'INVALID_CREDENTIALS',
      origin,
      guess: { tenant: wanted.tenant, identifier: wanted.identifier, password: input.password },
      compare: async () => deps.hasher.verify(input.password, candidate?.password ?? null),
    })
    if (candidate === null) throw new InvalidCredentialsProblem()
    const { user } = candidate
    const now = deps.clock.now()
    if (isLocked(user, now)) return refuse(lockedProblem(user, now), candidate, origin)
    if (!user.active) return refuse(new AccountDisabledProblem(), candidate, origin)
    const step = await missingStep(candidate, origin)
    if (step !== null) return step
    await rehash(user, input.password, candidate)
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
    const opened = await open({ user, session, circumstances, origin }, candidate)
    const owner = { userId: user.id, epoch: candidate.deviceEpoch }
    const deviceToken = deps.deviceTokens.issue(owner, device?.deviceId)
    return { kind: 'SIGNED_IN', ...opened, tokens, deviceToken }
  }
}

/** What holds an `@` is an address, anything else a username: a username never holds one. */
function normalise(written: string) {
  if (written.includes('@')) {
    const email = normaliseEmail(written) ?? written
    return { identifier: email, by: { email } }
  }
  const key = usernameKey(written.trim())
  return { identifier: key, by: { usernameKey: key } }
}

/** Whose count a guess goes to: the device's own, the account's, or that of an identifier without an account. */
function subjectOf(
  candidate: LoginCandidate | null,
  device: DeviceToken | null,
  wanted: { readonly tenant: string; readonly identifier: string },
): AttemptSubject {
  if (candidate === null) return { kind: 'identifier', tenant: wanted.tenant, identifier: wanted.identifier }
  const { id: accountId, attemptEpoch: epoch } = candidate.user
  if (device === null) return { kind: 'account', accountId, epoch }
  return { kind: 'device', deviceId: device.deviceId, accountId, epoch }
}

function lockedProblem(user: User, now: Date): AccountLockedProblem {
  const unlocksAt = user.lockedUntil
  const retryAfterSeconds =
    unlocksAt === null ? null : Math.ceil((unlocksAt.getTime() - now.getTime()) / 1000)
  return new AccountLockedProblem({ unlocksAt, retryAfterSeconds })
}
