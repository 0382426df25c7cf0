import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidCredentialsProblem } from '../../domain/problems.ts'
import { methodsOf } from '../../domain/sessions/assurance.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { Credentials } from '../steps/access/credentials.ts'
import { type ChallengeLoginDeps, challengeLogin, requireEnrolment } from './challenge-login.ts'
import { applyEnrolmentPolicy, type EnrolmentDeadlineDeps } from './enrolment-deadline.ts'
import { assertUsable, type CheckAccountDeps, findUnverified } from './login-account.ts'
import type { LoginAnswer } from './login-answer.ts'
import { type LoginInput, parseLogin } from './login-input.ts'
import { createProveLogin, type ProveLoginDeps } from './login-password.ts'
import { hasExpiredPassword, type PasswordAgeDeps, requireNewPassword } from './login-password-age.ts'
import { type RememberedLoginDeps, skipsSecondStep } from './login-remembered.ts'
import { completeLogin, type ProvenLogin, rehash } from './login-session.ts'
import { attemptSubjectOf, findLoginTarget, type LoginTargetDeps } from './login-target.ts'

type LoginDeps = LoginTargetDeps &
  ProveLoginDeps &
  CheckAccountDeps &
  ChallengeLoginDeps &
  PasswordAgeDeps &
  RememberedLoginDeps &
  EnrolmentDeadlineDeps &
  Pick<FlowDeps, 'accounts' | 'lockOut'>

/**
 * Signs in with an e-mail address or a username and the password. An unknown identifier causes the same work and the
 * same result as a wrong password. Every other obstacle is revealed only after the correct password, in this order:
 * lock by an administrator, deactivation, missing verification, second step or its enrolment, age of the password, session limit. If addresses must
 * be verified, the password of a pending registration of the address is correct too, whether or not the address has an
 * account: its owner must follow the link in the mail. The new session replaces the one whose cookies the request
 * carries.
 * @throws InvalidInputProblem, InvalidCredentialsProblem, AccountLockedProblem, RateLimitedProblem,
 * AccountDisabledProblem, SessionLimitProblem
 */
export function createLogin(deps: LoginDeps) {
  const proveLogin = createProveLogin(deps)

  return async function login(
    raw: LoginInput,
    credentials: Credentials,
    origin: Origin,
  ): Promise<LoginAnswer> {
    const input = parseLogin(raw)
    const deadline = deps.hasher.newDeadline()
    const target = await findLoginTarget(deps, input, credentials)
    const { password } = input
    const proof = await proveLogin({ target, password, origin, deadline })
    if (proof === 'UNVERIFIED') return { kind: 'EMAIL_VERIFICATION_REQUIRED', email: target.identifier }
    const { candidate, rules, device } = target
    if (candidate === null) throw new InvalidCredentialsProblem()
    await assertUsable(deps, candidate.user, origin)
    const unverified = await findUnverified(deps, candidate.user, rules, origin)
    if (unverified !== null) return unverified
    const circumstances = {
      deviceProven: device !== null,
      failedAttempts: proof.failuresBefore,
      ...(await proof.patterns),
    }
    const deviceId = device?.deviceId ?? null
    const proven: ProvenLogin = {
      candidate,
      rules,
      transport: input.tokenTransport,
      rememberMe: input.rememberMe,
      amr: methodsOf('PASSWORD'),
      device: input.device ?? {},
      deviceId,
      circumstances,
      credentials,
      origin,
      deadline,
      outdated: () => new InvalidCredentialsProblem(),
    }
    if (target.secondStep && !(await skipsSecondStep(deps, proven, input.rememberedDeviceToken))) {
      await rehash(deps, candidate, password, deadline)
      return challengeLogin(deps, { input, target, candidate, circumstances, deviceId, origin })
    }
    const policy = await applyEnrolmentPolicy(deps, candidate, rules.mfa, origin)
    if (policy.kind === 'NOW') {
      await rehash(deps, candidate, password, deadline)
      return requireEnrolment(deps, { input, target, candidate, circumstances, deviceId, origin })
    }
    if (hasExpiredPassword(deps, candidate, rules.passwords))
      return requireNewPassword(deps, candidate.user, origin)
    await rehash(deps, candidate, password, deadline)
    const endsBy = policy.kind === 'UNTIL' ? policy.enrolBy : null
    const signedIn = await completeLogin(deps, { ...proven, endsBy })
    // With a second step the right password alone does not clear the count.
    if (target.secondStep) await deps.lockOut.clear(attemptSubjectOf(target))
    return signedIn
  }
}
